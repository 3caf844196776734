import FoundationEssentials

/// How the rows of the screen are shared out, from top to bottom. A low window drops first what is least needed.
///
///     title, alarm, summary, heading, list …, selected study …, status
struct BoardLayout: Hashable {
    var titleRows = 1
    var alarmRows: Int
    var summaryRows: Int
    var headingRows: Int
    var detailRows: Int
    var statusRows: Int
    /// What is left for the list.
    var listRows: Int
    /// What a page (a study, help) has.
    var pageRows: Int

    init(for state: BoardState) {
        let rows = state.size.rows
        // The span in the alarm grows as time goes by, its lines do not.
        let alarmLines = state.trouble.map { AlarmLines.lines(of: $0, at: $0.since, width: state.size.columns, screen: BoardScreen(zone: .gmt)).count } ?? 0
        alarmRows = min(alarmLines, rows >= 16 ? 3 : rows > 1 ? 1 : 0)
        statusRows = rows >= 4 ? 1 : 0
        headingRows = rows >= 7 ? 1 : 0
        summaryRows = rows >= 16 ? 2 : rows >= 8 ? 1 : 0
        switch rows {
        case ..<10: detailRows = 0
        case ..<16: detailRows = 2
        case ..<22: detailRows = 4
        case ..<40: detailRows = 7
        default: detailRows = 9
        }
        pageRows = max(0, rows - titleRows - alarmRows - statusRows)
        listRows = max(0, pageRows - summaryRows - headingRows - detailRows)
    }
}
