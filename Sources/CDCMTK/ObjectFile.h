#ifndef CDCMTK_OBJECT_FILE_H
#define CDCMTK_OBJECT_FILE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cdcmtk {

/// The file meta information of an object that came over an association (PS3.10 section 7.1).
struct FileMeta {
    std::string sopClassUID;
    std::string sopInstanceUID;
    std::string transferSyntaxUID;
    std::string implementationClassUID;
    std::string implementationVersionName;
    std::string sourceApplicationEntityTitle;

    /// Preamble, prefix and group 0002, Explicit VR Little Endian; the same input gives the same bytes.
    std::string encoded() const;
};

/// The file an object is written to as it comes: large fragments go straight to the system, small ones are gathered first.
class ObjectFile {
  public:
    ObjectFile();
    ~ObjectFile();
    ObjectFile(const ObjectFile &) = delete;
    ObjectFile &operator=(const ObjectFile &) = delete;

    /// Creates the file, or takes one that is empty: what has content is never touched.
    /// False where that fails; the first failure stays until the next `open`.
    bool open(const std::string &path);
    bool append(const void *bytes, size_t count);
    /// All is with the system (not: on disk). A file system may report its trouble only here.
    bool close();
    /// Takes an unfinished file away.
    void discard();

    const std::string &path() const { return path_; }
    /// errno of the first failure; 0: none.
    int failure() const { return failure_; }

  private:
    bool writeThrough(const void *bytes, size_t count);

    int descriptor_ = -1;
    std::string path_;
    int failure_ = 0;
    std::vector<char> gathered_;
    size_t gatheredCount_ = 0;
};

}  // namespace cdcmtk

#endif
