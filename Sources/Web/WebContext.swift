import Hummingbird

/// What is known of a request besides itself.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the other side; where a proxy stands there, the proxy's.
    let peer: String
    /// Set by `Gate`; nil: nobody has signed in.
    var person: Person?

    init(source: Source) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
