#ifndef CDCMTK_BOUNDED_FILE_STREAM_H
#define CDCMTK_BOUNDED_FILE_STREAM_H

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcistrmf.h"

#include <cstdint>

namespace cdcmtk {

/// A file as DCMTK's parser reads it, with an end to what the parser may spend on it.
///
/// DCMTK reads sequences recursively, so the nesting is bounded by the stack that it takes; it keeps every element, so the bytes that
/// go into memory are bounded. Past a bound the stream runs dry, and the parser gives up as it does at the end of a file.
class BoundedFileStream : public DcmInputFileStream {
  public:
    /// Measures the stack from where it is made: make it in the function that calls the parser.
    BoundedFileStream(const char *file, size_t nestingStackBytes, uint64_t memoryBytes);

    offile_off_t avail() override;
    offile_off_t read(void *buffer, offile_off_t count) override;
    void mark() override;

    /// Lets so many more bytes into memory, once the parser is done.
    void allow(uint64_t memoryBytes) { memoryBytesLeft_ = memoryBytes; }

    /// Why the stream ran dry; null where it did not.
    const char *excess() const { return excess_; }
    /// Where the element that was begun last has its tag: DCMTK marks the place to be able to return to it.
    offile_off_t lastTag() const { return lastTag_; }

  private:
    const char *stackTop_;
    size_t nestingStackBytes_;
    uint64_t memoryBytesLeft_;
    offile_off_t lastTag_ = 0;
    const char *excess_ = nullptr;
};

}  // namespace cdcmtk

#endif
