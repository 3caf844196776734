internal import CDCMTK
internal import Foundation
package import Logging

/// A storage SCP: takes C-ECHO and C-STORE, and writes each object to a file exactly as it came.
///
///     let listener = try StorageListener(settings: settings, sink: sink, log: log)
///     print("ready dicom=\(listener.port)")
///     try await listener.run()        // until stop()
///
/// It looks into no data set; what becomes of an object, and what the sender is told, is the sink's to say. Nothing a peer sends ends
/// anything but its own association.
package final class StorageListener: Sendable {
    /// The bound port, known before any work is taken.
    package let port: Int

    private let handle: Handle

    /// Binds the address; connections wait in the system's queue until ``run()``. ``DCMTK/start(log:)`` comes first.
    package init(settings: Settings, sink: StorageSink, log: Logger) throws(DICOMError) {
        try settings.check()
        handle = try Handle(settings: settings, sink: sink, log: log)
        port = try handle.bind(settings)
    }

    /// Serves until ``stop()``, or until the task is cancelled; returns when the last association has ended. Call it once.
    package func run() async throws {
        let handle = handle
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                Thread.detachNewThread { done.resume(with: Result { try handle.run() }) }
            }
        } onCancel: {
            handle.stop()
        }
    }

    /// Takes no further association, lets each finish the object it is at, and aborts what is not through after
    /// ``Settings/stopGrace``. Returns at once; ``run()`` returns when all is done.
    package func stop() { handle.stop() }

    package var counters: Counters { handle.counters }
}

/// The C++ listener, and what it calls back.
///
/// `@unchecked Sendable`: the pointer never changes, and the functions that take it guard their state themselves.
private final class Handle: @unchecked Sendable {
    private let listener: OpaquePointer
    private let callbacks: Callbacks

    init(settings: StorageListener.Settings, sink: StorageSink, log: Logger) throws(DICOMError) {
        let callbacks = Callbacks(sink: sink, log: log)
        self.callbacks = callbacks
        let created = settings.withRaw { raw in
            withUnsafePointer(to: callbacks.handlers) { handlers in
                calling { message, capacity in cdcmtk_listener_create(raw, handlers, message, capacity) }
            }
        }
        switch created {
        case .success(let listener): self.listener = listener
        case .failure(let failure): throw DICOMError(code: .failed, message: "The DICOM listener could not be made: \(failure.text).")
        }
        for title in settings.allowedCallingAETitles {
            let allowed = calling { message, capacity in
                cdcmtk_listener_allow_calling_ae_title(listener, title, message, capacity) ? () : nil
            }
            if case .failure(let failure) = allowed {
                throw DICOMError(code: .failed, message: "AE title \(title) could not be allowed: \(failure.text).")
            }
        }
    }

    // `run` holds this object while it runs, so nothing serves any more.
    deinit { cdcmtk_listener_free(listener) }

    func bind(_ settings: StorageListener.Settings) throws(DICOMError) -> Int {
        let bound = calling { message, capacity -> Int? in
            let port = cdcmtk_listener_bind(listener, message, capacity)
            return port == 0 ? nil : Int(port)
        }
        switch bound {
        case .success(let port): return port
        case .failure(let failure):
            throw DICOMError(
                code: .cannotListen,
                message: """
                    Can't listen for DICOM on \(settings.host) port \(settings.port): \(failure.text). Stop the program that has the \
                    port, or choose another with --dicom-host and --dicom-port (0 takes a free one).
                    """)
        }
    }

    func run() throws(DICOMError) {
        let ran = calling { message, capacity in cdcmtk_listener_run(listener, message, capacity) ? () : nil }
        if case .failure(let failure) = ran {
            throw DICOMError(
                code: .failed,
                message: "The DICOM listener stopped: \(failure.text). What was acknowledged is kept; start the service again.")
        }
    }

    func stop() { cdcmtk_listener_stop(listener) }

    var counters: StorageListener.Counters { StorageListener.Counters(cdcmtk_listener_count(listener)) }
}

/// What C++ calls, on the associations' threads.
private final class Callbacks: Sendable {
    let sink: StorageSink
    let log: Logger

    init(sink: StorageSink, log: Logger) {
        self.sink = sink
        self.log = log
    }

    /// Unretained: `Handle` keeps these callbacks for as long as the listener lives.
    var handlers: cdcmtk_listener_handlers {
        cdcmtk_listener_handlers(
            context: Unmanaged.passUnretained(self).toOpaque(),
            new_file: { context, path, capacity in Callbacks.from(context)?.newFile(path, capacity) ?? false },
            store: { context, object, response in Callbacks.from(context)?.store(object.pointee, &response.pointee) },
            event: { context, event in Callbacks.from(context)?.log.report(event.pointee) })
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Callbacks? {
        context.map { Unmanaged<Callbacks>.fromOpaque($0).takeUnretainedValue() }
    }

    private func newFile(_ path: UnsafeMutablePointer<CChar>, _ capacity: Int) -> Bool {
        do {
            let file = try sink.newFile()
            guard file.utf8.count < capacity else {
                log.error("Object refused: the path for it is too long")
                return false
            }
            copy(file.utf8, to: UnsafeMutableBufferPointer(start: path, count: capacity))
            return true
        } catch {
            log.error("Object refused: no file for it", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func store(_ object: cdcmtk_received_object, _ response: inout cdcmtk_store_response) {
        let answer = sink.store(ReceivedObject(object))
        response.status = answer.status.rawValue
        // LO is text in the default repertoire, without backslash and control characters (PS3.5 section 6.2).
        let comment = (answer.errorComment ?? "").unicodeScalars.prefix(64).map { scalar -> UInt8 in
            (0x20...0x7E).contains(scalar.value) && scalar != "\\" ? UInt8(scalar.value) : UInt8(ascii: "?")
        }
        withUnsafeMutableBytes(of: &response.error_comment) { copy(comment, to: $0.bindMemory(to: CChar.self)) }
    }
}

/// A C string of `bytes`, which are fewer than the buffer holds.
private func copy(_ bytes: some Collection<UInt8>, to buffer: UnsafeMutableBufferPointer<CChar>) {
    for (index, byte) in zip(buffer.indices, bytes) { buffer[index] = CChar(bitPattern: byte) }
    buffer[bytes.count] = 0
}

extension ReceivedObject {
    fileprivate init(_ raw: cdcmtk_received_object) {
        self.init(
            file: String(cString: raw.file),
            dataSetOffset: Int(raw.data_set_offset),
            byteCount: Int(raw.byte_count),
            callingAETitle: String(cString: raw.calling_ae_title),
            calledAETitle: String(cString: raw.called_ae_title),
            peerAddress: String(cString: raw.peer_address),
            transferSyntaxUID: String(cString: raw.transfer_syntax_uid),
            affectedSOPClassUID: String(cString: raw.affected_sop_class_uid),
            affectedSOPInstanceUID: String(cString: raw.affected_sop_instance_uid),
            messageID: raw.message_id)
    }
}

extension StorageListener.Settings {
    /// As C sees them, for the length of the call.
    fileprivate func withRaw<Value>(_ body: (UnsafePointer<cdcmtk_listener_settings>) -> Value) -> Value {
        host.withCString { host in
            aeTitle.withCString { aeTitle in
                implementationClassUID.withCString { classUID in
                    implementationVersionName.withCString { versionName in
                        let raw = cdcmtk_listener_settings(
                            host: host, port: port, ae_title: aeTitle,
                            checks_called_ae_title: checksCalledAETitle, accepts_unknown_sop_classes: acceptsUnknownSOPClasses,
                            maximum_associations: UInt32(maximumAssociations),
                            maximum_waiting_connections: UInt32(maximumWaitingConnections),
                            pdu_size: UInt32(pduSize),
                            acse_timeout_ms: acseTimeout.milliseconds, dimse_timeout_ms: dimseTimeout.milliseconds,
                            idle_timeout_ms: idleTimeout.milliseconds, stop_grace_ms: stopGrace.milliseconds,
                            maximum_object_bytes: UInt64(maximumObjectBytes),
                            implementation_class_uid: classUID, implementation_version_name: versionName)
                        return withUnsafePointer(to: raw, body)
                    }
                }
            }
        }
    }
}
