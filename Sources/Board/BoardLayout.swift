/// How the rows of the screen are shared out, from top to bottom. A low window drops first what is least needed.
///
///     title, alarms, header, heading, list …, selected study …, status
struct BoardLayout: Hashable {
    var titleRows = 1
    var alarmRows: Int
    var headerRows: Int
    var headingRows: Int
    var detailRows: Int
    var statusRows: Int
    /// What is left for the list.
    var listRows: Int
    /// What a page (a study, help, a menu) has.
    var pageRows: Int

    init(for state: BoardState) {
        let rows = state.size.rows
        alarmRows = AlarmLines.count(for: state, atMost: rows >= 30 ? 6 : rows >= 16 ? 3 : rows > 1 ? 1 : 0)
        statusRows = rows >= 4 ? 1 : 0
        headingRows = rows >= 7 ? 1 : 0
        headerRows = HeaderLines.rows(for: state)
        switch rows {
        case ..<10: detailRows = 0
        case ..<16: detailRows = 2
        case ..<22: detailRows = 4
        case ..<30: detailRows = 5
        case ..<45: detailRows = 7
        default: detailRows = 9
        }
        pageRows = max(0, rows - titleRows - alarmRows - statusRows)
        listRows = max(0, pageRows - headerRows - headingRows - detailRows)
    }
}
