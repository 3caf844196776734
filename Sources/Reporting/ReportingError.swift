/// A file of words (templates, order terms) that can't be used: what is wrong, where, and what to do.
package struct ReportingError: Error, CustomStringConvertible, Hashable {
    package var description: String

    package init(_ description: String) { self.description = description }
}
