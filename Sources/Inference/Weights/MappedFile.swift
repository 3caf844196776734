import Glibc

/// A regular file mapped into memory, read-only.
///
/// The mapping lives as long as the object. It is held only while a model loads: a file that somebody truncates later can't
/// take the process down.
package final class MappedFile {
    package let path: String
    package let bytes: UnsafeRawBufferPointer

    package init(path: String, limit: Int) throws {
        self.path = path
        // Without O_NONBLOCK, opening a pipe that somebody put in the file's place would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw InferenceError(
                .unreadableFile, "can't be opened: \(String(cString: strerror(errno)))", at: path,
                remedy: "put the file there or name another folder")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw InferenceError(.unreadableFile, "is not a regular file", at: path, remedy: "put the file itself there")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw InferenceError(
                .unreadableFile, "is \(size) bytes long, more than the limit of \(limit)", at: path,
                remedy: "check that it is the right file")
        }
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw InferenceError(
                .unreadableFile, "can't be mapped: \(String(cString: strerror(errno)))", at: path,
                remedy: "check the memory left and the file system")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        if let start = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }
}
