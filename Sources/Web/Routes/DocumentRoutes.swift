import Hummingbird
import NIOCore

/// The API's own description.
struct DocumentRoutes: Sendable {
    var routes: [Route] {
        [
            Route(.get, "openapi.json", requires: nil) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: JSONAnswer.mediaType], body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
            }
        ]
    }
}
