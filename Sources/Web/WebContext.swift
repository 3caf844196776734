import Hummingbird

/// What is known of a request besides itself.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Set by `SignIn`; nil: nobody has signed in.
    var person: Person?

    init(source: Source) { coreContext = .init(source: source) }
}
