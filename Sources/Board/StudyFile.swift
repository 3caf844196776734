package import Foundation
package import Worklist

/// All that is known of one study, read from what `explain --json` and `GET /api/v1/explain/STUDY` say.
package struct StudyFile: Decodable, Sendable, Hashable {
    /// One summand of the place.
    package struct Term: Decodable, Sendable, Hashable {
        package var name: String
        package var probability: Double?
        package var marginalCost: Double?
        package var value: Double

        enum CodingKeys: String, CodingKey {
            case name, probability, value
            case marginalCost = "marginal_cost"
        }
    }

    package struct Sentence: Decodable, Sendable, Hashable {
        package var text: String
    }

    package struct Draft: Decodable, Sendable, Hashable {
        package var id: String?
        package var state: String?
        /// What became of it, by whom and when.
        package var standing: String?
        /// Whole, as it would be signed; nil where the source is older than this key.
        package var text: String?
        package var sentences: [Sentence]?
        /// Why there is none.
        package var reasons: [String]?

        /// Whether a person may still sign or reject it.
        package var isOpen: Bool { id != nil && state == "drafted" }
    }

    package struct Image: Decodable, Sendable, Hashable {
        package var sopInstanceUID: String
        package var rows: Int?
        package var columns: Int?
        package var viewPosition: String?
        package var isScored: Bool?
        package var unscoredReason: String?
        package var findings: [String: Double]?
        package var hasFilm: Bool?

        enum CodingKeys: String, CodingKey {
            case rows, columns, findings
            case sopInstanceUID = "sop_instance_uid"
            case viewPosition = "view_position"
            case isScored = "is_scored"
            case unscoredReason = "unscored_reason"
            case hasFilm = "has_film"
        }
    }

    package struct Earlier: Decodable, Sendable, Hashable {
        package var studyDate: String
        package var studyDescription: String
        package var category: Worklist.Category
        package var hasOpenFinding: Bool
        package var report: String?

        enum CodingKeys: String, CodingKey {
            case category, report
            case studyDate = "study_date"
            case studyDescription = "study_description"
            case hasOpenFinding = "open_finding"
        }
    }

    package struct Report: Decodable, Sendable, Hashable {
        package var status: String
        package var text: String
        package var author: String
        package var receivedAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case status, text, author
            case receivedAt = "received_at"
        }
    }

    package struct Line: Decodable, Sendable, Hashable {
        package var time: Timestamp
        package var event: String
        package var actor: String
        package var detail: [String: String]?
    }

    /// A text, a figure or a truth as text; empty for anything else.
    package struct Scalar: Decodable, Sendable, Hashable {
        package var text: String

        package init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = (try? value.decode(String.self)) ?? (try? value.decode(Int.self)).map(String.init) ?? (try? value.decode(Bool.self)).map { $0 ? "yes" : "no" } ?? ""
        }
    }

    package var index: Double?
    package var formula: String?
    package var terms: [Term]?
    package var engine: String?
    /// What was asked for, by the names that the source has for it.
    package var order: [String: Scalar]?
    package var earlierStudies: [Earlier]?
    package var draft: Draft?
    package var narrative: [Sentence]?
    package var outcomes: [Report]?
    package var images: [Image]?
    package var history: [Line]?

    enum CodingKeys: String, CodingKey {
        case index, formula, terms, engine, order, draft, narrative, outcomes, history
        case images = "instances"
        case earlierStudies = "earlier_studies"
    }

    package init(json: Data) throws(BoardError) {
        do {
            self = try JSONDecoder().decode(StudyFile.self, from: json)
        } catch {
            throw BoardError(description: "what is known of the study cannot be read; is the service of the same version?")
        }
    }
}
