import Inference
import Reporting

extension Location {
    /// Where a heat map points to; nil where nothing speaks for the finding, or where the picture's sides are not known.
    ///
    /// `patientOrientation`: Patient Orientation (0020,0020): L first means that the screen's right is the patient's left. The zones
    /// are thirds of the picture's height: the gate has made sure that the film is upright.
    init?(_ map: HeatMap, patientOrientation: [String]) {
        guard let centre = map.centre, let rows = patientOrientation.first?.uppercased(), let towards = rows.first else { return nil }
        let isMirrored: Bool
        switch towards {
        case "L": isMirrored = false
        case "R": isMirrored = true
        default: return nil
        }
        let zone: Zone = centre.y < 1.0 / 3 ? .upper : centre.y < 2.0 / 3 ? .middle : .lower
        let share = map.shareInRightHalf
        let onScreenRight = share > 0.65
        let onScreenLeft = share < 0.35
        let side: Side = onScreenRight ? (isMirrored ? .right : .left) : onScreenLeft ? (isMirrored ? .left : .right) : .both
        self.init(side: side, zone: zone)
    }

    /// As the log keeps it: `right lower`.
    var logged: String { "\(side.rawValue) \(zone.rawValue)" }

    init?(logged: String) {
        let words = logged.split(separator: " ")
        guard words.count == 2, let side = Side(rawValue: String(words[0])), let zone = Zone(rawValue: String(words[1])) else { return nil }
        self.init(side: side, zone: zone)
    }
}
