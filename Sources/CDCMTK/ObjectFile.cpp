#include "ObjectFile.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cdcmtk {

namespace {

constexpr size_t gatherBytes = 64 * 1024;

void appendShort(std::string &bytes, size_t value) {
    bytes += static_cast<char>(value & 0xff);
    bytes += static_cast<char>(value >> 8 & 0xff);
}

/// One element of group 0002 whose VR has a 16-bit length; odd values are padded as PS3.5 section 6.2 says for the VR.
void appendElement(std::string &bytes, unsigned element, const char *vr, std::string value, char padding) {
    if (value.size() % 2 != 0) value += padding;
    appendShort(bytes, 0x0002);
    appendShort(bytes, element);
    bytes += vr;
    appendShort(bytes, value.size());
    bytes += value;
}

}  // namespace

std::string FileMeta::encoded() const {
    std::string group;
    // File Meta Information Version, OB: two reserved bytes and a 32-bit length.
    group.append("\x02\x00\x01\x00OB\x00\x00\x02\x00\x00\x00\x00\x01", 14);
    appendElement(group, 0x0002, "UI", sopClassUID, '\0');
    appendElement(group, 0x0003, "UI", sopInstanceUID, '\0');
    appendElement(group, 0x0010, "UI", transferSyntaxUID, '\0');
    appendElement(group, 0x0012, "UI", implementationClassUID, '\0');
    if (!implementationVersionName.empty()) appendElement(group, 0x0013, "SH", implementationVersionName, ' ');
    if (!sourceApplicationEntityTitle.empty()) appendElement(group, 0x0016, "AE", sourceApplicationEntityTitle, ' ');

    std::string length;
    for (unsigned shift = 0; shift < 32; shift += 8) length += static_cast<char>(group.size() >> shift & 0xff);

    std::string bytes(128, '\0');
    bytes += "DICM";
    appendElement(bytes, 0x0000, "UL", length, '\0');
    return bytes + group;
}

ObjectFile::ObjectFile() : gathered_(gatherBytes) {}

ObjectFile::~ObjectFile() { discard(); }

bool ObjectFile::open(const std::string &path) {
    discard();
    path_ = path;
    failure_ = 0;
    gatheredCount_ = 0;
    do descriptor_ = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
    while (descriptor_ < 0 && errno == EINTR);
    struct stat status;
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
        failure_ = errno;
    } else if (status.st_size != 0) {
        failure_ = EEXIST;
        ::close(descriptor_);
        descriptor_ = -1;
    }
    return failure_ == 0;
}

bool ObjectFile::append(const void *bytes, size_t count) {
    if (failure_ != 0 || descriptor_ < 0) return false;
    if (gatheredCount_ + count > gathered_.size()) return writeThrough(bytes, count);
    std::memcpy(gathered_.data() + gatheredCount_, bytes, count);
    gatheredCount_ += count;
    return true;
}

bool ObjectFile::writeThrough(const void *bytes, size_t count) {
    iovec parts[2] = {{gathered_.data(), gatheredCount_}, {const_cast<void *>(bytes), count}};
    gatheredCount_ = 0;
    int first = 0;
    while (true) {
        while (first < 2 && parts[first].iov_len == 0) ++first;
        if (first == 2) return true;
        const ssize_t written = ::writev(descriptor_, parts + first, 2 - first);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            failure_ = errno;
            return false;
        }
        size_t left = static_cast<size_t>(written);
        for (int part = first; part < 2 && left > 0; ++part) {
            const size_t taken = left < parts[part].iov_len ? left : parts[part].iov_len;
            parts[part].iov_base = static_cast<char *>(parts[part].iov_base) + taken;
            parts[part].iov_len -= taken;
            left -= taken;
        }
    }
}

bool ObjectFile::close() {
    if (descriptor_ < 0) return false;
    if (failure_ == 0) (void)writeThrough(nullptr, 0);
    if (::close(descriptor_) != 0 && failure_ == 0) failure_ = errno;
    descriptor_ = -1;
    if (failure_ == 0) return true;
    ::unlink(path_.c_str());
    return false;
}

void ObjectFile::discard() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    descriptor_ = -1;
    ::unlink(path_.c_str());
}

}  // namespace cdcmtk
