/// Where results go as DICOM objects, and how long a receiver may take.
package struct StoreSettings: Sendable {
    package var addresses: [StoreAddress]
    /// For Institution Name, and for whoever signs; empty: what the images say.
    package var institution: String
    package var connectSeconds: Int
    package var acseSeconds: Int
    package var dimseSeconds: Int

    package init(addresses: [StoreAddress], institution: String, connectSeconds: Int, acseSeconds: Int, dimseSeconds: Int) {
        self.addresses = addresses
        self.institution = institution
        self.connectSeconds = connectSeconds
        self.acseSeconds = acseSeconds
        self.dimseSeconds = dimseSeconds
    }
}

/// A storage SCP, written HOST:PORT:AET; the host by name or IPv4 address.
package struct StoreAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16
    /// 1 to 16 characters (PS3.5 section 6.2, AE).
    package var aeTitle: String

    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let address = FeedAddress(String(text[..<colon])), !address.host.contains(":") else { return nil }
        let title = text[text.index(after: colon)...]
        guard (1...16).contains(title.utf8.count), title.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }), address.host.utf8.count < 58
        else { return nil }
        host = address.host
        port = address.port
        aeTitle = String(title)
    }

    package var description: String { "\(host):\(port):\(aeTitle)" }
}
