import HTTPTypes
import Hummingbird
import NIOCore

/// The page's files, carried by the binary: `/` and `/assets/…`.
enum PageFiles {
    private static let scripts: [(String, [UInt8])] = [
        ("page.js", PackageResources.page_js), ("session.js", PackageResources.session_js), ("service.js", PackageResources.service_js),
        ("list.js", PackageResources.list_js), ("row.js", PackageResources.row_js), ("study.js", PackageResources.study_js), ("film.js", PackageResources.film_js),
        ("draft.js", PackageResources.draft_js), ("room.js", PackageResources.room_js), ("waits.js", PackageResources.waits_js),
        ("words.js", PackageResources.words_js), ("elements.js", PackageResources.elements_js),
    ]

    static func add(to router: Router<WebContext>) {
        serve(PackageResources.page_html, "text/html; charset=utf-8", at: "/", on: router)
        serve(PackageResources.page_css, "text/css; charset=utf-8", at: "assets/page.css", on: router)
        serve(PackageResources.icon_svg, "image/svg+xml", at: "assets/icon.svg", on: router)
        for (name, bytes) in scripts { serve(bytes, "text/javascript; charset=utf-8", at: "assets/\(name)", on: router) }
    }

    private static func serve(_ bytes: [UInt8], _ mediaType: String, at path: RouterPath, on router: Router<WebContext>) {
        let body = ByteBuffer(bytes: bytes)
        router.get(path) { _, _ in Response(status: .ok, headers: [.contentType: mediaType], body: .init(byteBuffer: body)) }
    }
}
