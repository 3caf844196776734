import Worklist

/// The draft of a study for which everything speaks for normal: facts with their sources, put into the template's sentences.
enum NormalReport {
    /// The usual sections, in the usual order.
    static let sections = ["examination", "clinical", "technique", "comparison", "findings", "impression"]

    static let form = ReportTemplate.Form(
        parts: ["draft", "signed", "withdrawn"] + sections,
        facts: [
            "model", "model_version", "label", "probability", "threshold", "sensitivity", "sensitivity_low", "sensitivity_high", "miss_bound",
            "abnormal_films", "films", "highest", "highest_figure", "description", "modality", "body_part", "view", "images", "study_date",
            "accession_number", "reason", "asked", "asked_figures", "earlier_date", "earlier_description",
        ],
        furtherFacts: ["signed": ["signer", "signed_at", "corrects"], "withdrawn": ["withdrawn_at", "cause"]],
        needs: [
            "draft": (["model", "model_version", "sensitivity", "sensitivity_low", "sensitivity_high"], ["DRAFT"]),
            "signed": (["signer", "signed_at"], []),
            "withdrawn": (["cause"], ["WITHDRAWN"]),
        ])

    static func facts(_ circumstances: Circumstances, _ grounds: DraftingDecision.Grounds, _ language: ReportLanguage) -> Facts {
        byModel(circumstances, grounds, language)
            .merging(byHeader(circumstances, language)) { $1 }
            .merging(SharedFacts.byOrder(circumstances, language)) { $1 }
            .merging(SharedFacts.byEarlierStudies(circumstances, language)) { $1 }
    }

    private static func byModel(_ circumstances: Circumstances, _ grounds: DraftingDecision.Grounds, _ language: ReportLanguage) -> Facts {
        let (probability, threshold) = Figures.apart(grounds.probability, grounds.ruleOut.below)
        let model = grounds.model
        let name = Source(.model, "model.json of \(model.name): name and version")
        let figure = Source(.model, "\(grounds.ruleOut.label) \(probability), rule-out threshold \(threshold), \(model.name)")
        let measured = Source(.model, "model.json of \(model.name): thresholds.rule_out.sensitivity")
        let sensitivity = grounds.sensitivity
        var facts: Facts = [
            "model": Fact(model.reference.name, name),
            "model_version": Fact(model.reference.version, name),
            "label": Fact(language.name(of: grounds.ruleOut.label), figure),
            "probability": Fact(language.number(probability), figure),
            "threshold": Fact(language.number(threshold), figure),
            "sensitivity": Fact(language.percent(sensitivity.observed, rounding: .toNearestOrEven), measured),
            "sensitivity_low": Fact(language.percent(sensitivity.low, rounding: .down), measured),
            "sensitivity_high": Fact(language.percent(sensitivity.high, rounding: .toNearestOrEven), measured),
            "miss_bound": Fact(language.percent(1 - sensitivity.low, rounding: .up), measured),
            "abnormal_films": Fact(String(sensitivity.abnormal), measured),
            "films": Fact(sensitivity.films.isEmpty ? "-" : sensitivity.films, measured),
            "highest": Fact(nil, figure),
            "highest_figure": Fact(nil, figure),
        ]
        let others = circumstances.study.findings.filter { $0.key != grounds.ruleOut.label }
        if let (label, value) = others.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) {
            let source = Source(.model, "\(label) \(Reasons.figure(value)), \(model.name)")
            facts["highest"] = Fact(language.name(of: label), source)
            facts["highest_figure"] = Fact(language.figure(value, isCalibrated: model.calibratedLabels.contains(label)), source)
        }
        return facts
    }

    private static func byHeader(_ circumstances: Circumstances, _ language: ReportLanguage) -> Facts {
        let study = circumstances.study
        let images = circumstances.objects.filter(\.isImage)
        let views = Set(images.map(\.view)).filter { !$0.isEmpty }.sorted()
        return [
            "description": Fact(study.studyDescription, Source(.header, "StudyDescription (0008,1030)")),
            "modality": Fact(study.modality, Source(.header, "Modality (0008,0060)")),
            "body_part": Fact(study.bodyPart, Source(.header, "BodyPartExamined (0018,0015)")),
            "view": Fact(views.joined(separator: ", "), Source(.header, "ViewPosition (0018,5101)")),
            "images": Fact(language.images(images.count), Source(.header, "SOPInstanceUID (0008,0018) of \(images.count)")),
            "study_date": Fact(language.date(study.studyDate), Source(.header, "StudyDate (0008,0020)")),
            "accession_number": Fact(study.accessionNumber, Source(.header, "AccessionNumber (0008,0050)")),
        ]
    }
}

/// Facts that drafts and narratives share.
enum SharedFacts {
    static func byOrder(_ circumstances: Circumstances, _ language: ReportLanguage) -> Facts {
        let study = circumstances.study
        let source = Source(.order, "reason for study (OBR-31)\(study.accessionNumber.isEmpty ? "" : ", accession number \(PlainText.line(study.accessionNumber))")")
        let asked = circumstances.order.asked
        var figures: [String] = []
        var unknown: [String] = []
        for question in asked {
            let labels = circumstances.model?.answers(question).filter { study.findings[$0] != nil } ?? []
            if labels.isEmpty { unknown.append(question.concept) }
            figures += labels.map { "\(language.name(of: $0)) (\(language.figure(study.findings[$0] ?? .nan, isCalibrated: true)))" }
        }
        let concepts = asked.map { question in circumstances.model?.answers(question).first.map(language.name) ?? question.concept }
        return [
            "reason": Fact(study.reasonForStudy, source),
            "asked": Fact(concepts.joined(separator: ", "), source),
            "asked_figures": Fact(figures.joined(separator: ", "), Source(.model, "figures of what the order asks about, \(circumstances.model?.name ?? "no model")")),
            "asked_unknown": Fact(unknown.joined(separator: ", "), source),
        ]
    }

    static func byEarlierStudies(_ circumstances: Circumstances, _ language: ReportLanguage) -> Facts {
        guard let earlier = circumstances.earlier.first else {
            let none = Source(.earlierStudy, "the archive, by patient ID \(PlainText.line(circumstances.study.patientID))")
            return ["earlier_date": Fact(nil, none), "earlier_description": Fact(nil, none), "earlier_findings": Fact(nil, none)]
        }
        let source = Source(.earlierStudy, "study \(earlier.studyInstanceUID)")
        return [
            "earlier_date": Fact(language.date(earlier.date), source),
            "earlier_description": Fact(earlier.description.isEmpty ? earlier.modality : earlier.description, source),
            "earlier_findings": Fact(earlier.suspected.map(language.name).joined(separator: ", "), source),
        ]
    }
}
