import Worklist

/// The segments of one order (HL7 v2.5.1, 4.4.1 and 4.4.12), and what is read from several places of them.
struct OrderGroup {
    var control: Segment
    var timing: Segment?
    var request: Segment?
    var imaging: Segment?
    var observations: [Segment] = []
    /// IHE's `ZDS`: the Study Instance UID of a general order.
    var studyReference: Segment?

    static func groups(of message: Message) -> [OrderGroup] {
        var groups: [OrderGroup] = []
        for segment in message.segments {
            if segment.name == "ORC" {
                groups.append(OrderGroup(control: segment))
                continue
            }
            guard var group = groups.last else { continue }
            switch segment.name {
            case "OBR" where group.request != nil:
                // Another OBR under the same ORC is an order of its own.
                groups.append(OrderGroup(control: group.control, timing: group.timing, request: segment))
                continue
            case "TQ1": group.timing = group.timing ?? segment
            case "OBR": group.request = segment
            case "IPC": group.imaging = group.imaging ?? segment
            case "OBX": group.observations.append(segment)
            case "ZDS": group.studyReference = group.studyReference ?? segment
            default: continue
            }
            groups[groups.count - 1] = group
        }
        return groups
    }

    /// The filler's order number (OBR-3, else ORC-3, else IPC-1, else OBR-18); empty where there is none.
    var accessionNumber: String {
        get throws(MessageError) {
            let places: [(Segment?, Int)] = [(request, 3), (control, 3), (imaging, 1), (request, 18)]
            for (segment, field) in places {
                guard let segment, let number = segment.text(field).nonEmpty else { continue }
                guard number.unicodeScalars.count <= 64 else {
                    throw segment.error(.dataType, field, component: 1, "the accession number is longer than 64 characters")
                }
                return number
            }
            return ""
        }
    }

    /// TQ1-9, else ORC-7.6, else OBR-27.6, else OBR-5 (HL7 tables 0485 and 0119); nil where none says anything.
    var priority: OrderPriority? {
        get throws(MessageError) {
            let places: [(Segment?, Int, Int)] = [(timing, 9, 1), (control, 7, 6), (request, 27, 6), (request, 5, 1)]
            for (segment, field, component) in places {
                guard let segment, let word = segment.stated(field, component: component)?.uppercased() else { continue }
                switch word {
                case "S", "STAT": return .stat
                case "A", "ASAP", "C", "CALLBACK", "T", "TIMING CRITICAL", "UR", "URGENT": return .asap
                // `PRN` and `TS10` say when, not how soon.
                case "", "R", "ROUTINE", "P", "PREOP", "PREOPERATIVE", "PRN", "NR": return .routine
                case _ where word.hasPrefix("TS"): return .routine
                default: throw segment.error(.tableValueNotFound, field, component: component, "the priority is not known; send S, A or R", value: word)
                }
            }
            return nil
        }
    }

    /// OBR-31, else ORC-16 (the text of each, else its code).
    var reason: String? {
        let places: [(Segment?, Int)] = [(request, 31), (control, 16)]
        for (segment, field) in places {
            if let text = segment?.stated(field, component: 2) ?? segment?.stated(field) { return text }
        }
        return nil
    }

    /// IPC-3, else ZDS-1.
    var studyInstanceUID: String? { imaging?.stated(3) ?? studyReference?.stated(1) }

    /// TQ1-7, else ORC-7.4, else OBR-36.
    var scheduledAt: String? { timing?.stated(7) ?? control.stated(7, component: 4) ?? request?.stated(36) }

    /// OBX `EXPECTED_IMAGES^^99FIRSTREAD`.
    var expectedImages: Int? {
        get throws(MessageError) {
            guard let row = observations.first(where: { $0.text(3) == "EXPECTED_IMAGES" }) else { return nil }
            guard let number = Int(row.text(5)), (1...1_000_000).contains(number) else {
                throw row.error(.dataType, 5, "EXPECTED_IMAGES is no whole number above 0", value: row.text(5))
            }
            return number
        }
    }
}
