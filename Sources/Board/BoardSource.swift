package import Worklist

/// Where the board's list comes from, and where what its keys do goes.
///
/// The closures may take their time: none is called on the thread that answers keys, `read` never by two threads at once.
/// What they throw is shown as it describes itself: one sentence.
package struct BoardSource: Sendable {
    /// In words, for the title: "data /var/lib/firstread".
    package var name: String
    /// Between two readings; more where a reading takes long.
    package var pauseSeconds: Double
    /// Who has signed in; nil where a name is asked for with every act.
    package var person: Person?
    /// A name to begin with where names are asked for.
    package var suggestedName = ""
    package var read: @Sendable () -> Reading
    /// The list as another policy would order it now.
    package var order: @Sendable (PolicyName) throws -> BoardList
    package var study: @Sendable (_ studyInstanceUID: String) throws -> StudyFile
    package var film: @Sendable (FilmRequest) throws -> Film
    package var act: @Sendable (Act) throws -> Void

    package init(
        name: String, pauseSeconds: Double, person: Person? = nil, read: @escaping @Sendable () -> Reading,
        order: @escaping @Sendable (PolicyName) throws -> BoardList, study: @escaping @Sendable (String) throws -> StudyFile,
        film: @escaping @Sendable (FilmRequest) throws -> Film, act: @escaping @Sendable (Act) throws -> Void
    ) {
        self.name = name
        self.pauseSeconds = pauseSeconds
        self.person = person
        self.read = read
        self.order = order
        self.study = study
        self.film = film
        self.act = act
    }
}

/// What came of reading the list once.
package struct Reading: Sendable {
    package var at: Timestamp
    /// Nil where it is as before.
    package var list: BoardList?
    /// Nil where it is as before, or where the source has none.
    package var room: RoomStatus?
    /// Why what is shown can't be taken for live: one sentence. Nil where it can.
    package var trouble: String?

    package init(at: Timestamp, list: BoardList? = nil, room: RoomStatus? = nil, trouble: String? = nil) {
        self.at = at
        self.list = list
        self.room = room
        self.trouble = trouble
    }
}
