import Hummingbird
import Logging

/// What goes with a request: where it comes from, and once the gate has let it in, who asks.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other side's address; what a proxy is, not whom it stands for.
    let peer: String
    /// nil where nobody has signed in, and under `--open`.
    var person: Person?
    /// Nobody signs in; whoever acts says who it is.
    var isOpen = false

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// Refuses (403) where whoever asks may not.
    func need(_ right: Right) throws {
        guard !isOpen, person?.may(right) != true else { return }
        throw Refusal(.forbidden, "your roles do not allow that", "ask a person with the right role; an administrator changes roles with `firstread user`")
    }
}
