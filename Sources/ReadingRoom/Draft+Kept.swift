import Foundation
package import Reporting
package import Storage
import Worklist

extension Draft {
    /// Reads the draft that the database keeps.
    package init(_ kept: KeptDraft) throws(StorageError) {
        do {
            self = try JSONDecoder().decode(Draft.self, from: Data(kept.content.utf8))
        } catch {
            throw StorageError(.damaged, "draft \(kept.id) in the database cannot be read (\(error)); was it written by a newer version?")
        }
    }

    /// The change that brings the database to this draft; `before` is nil for a new one.
    func change(from before: KeptDraft?, _ kind: Event.Kind, by actor: String, _ detail: Event.Detail, _ messages: [OutgoingMessage]) -> DraftChange {
        DraftChange(before: before, state: state.rawValue, content: content, kind: kind, actor: actor, detail: detail, messages: messages)
    }

    private var content: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, whole numbers and finite figures: nothing that JSON can't hold.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
