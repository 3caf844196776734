#include "BoundedFileStream.h"

namespace cdcmtk {

namespace {

const char *here() { return static_cast<const char *>(__builtin_frame_address(0)); }

}  // namespace

BoundedFileStream::BoundedFileStream(const char *file, size_t nestingStackBytes, uint64_t memoryBytes)
    : DcmInputFileStream(OFFilename(file)), stackTop_(here()), nestingStackBytes_(nestingStackBytes), memoryBytesLeft_(memoryBytes) {}

offile_off_t BoundedFileStream::avail() {
    // The stack grows downwards.
    if (stackTop_ - here() > static_cast<ptrdiff_t>(nestingStackBytes_)) excess_ = "sequences are nested too deeply";
    return excess_ ? 0 : DcmInputFileStream::avail();
}

offile_off_t BoundedFileStream::read(void *buffer, offile_off_t count) {
    if (static_cast<uint64_t>(count) > memoryBytesLeft_) excess_ = "the header is larger than the limit";
    if (excess_) return 0;
    const offile_off_t taken = DcmInputFileStream::read(buffer, count);
    memoryBytesLeft_ -= static_cast<uint64_t>(taken);
    return taken;
}

void BoundedFileStream::mark() {
    lastTag_ = tell();
    DcmInputFileStream::mark();
}

}  // namespace cdcmtk
