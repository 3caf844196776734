#ifndef CDCMTK_LOG_H
#define CDCMTK_LOG_H

namespace cdcmtk {

/// While one lives, DCMTK's lines from this thread are of level debug: the listener reports each connection's end itself, once.
class QuietThread {
  public:
    QuietThread();
    ~QuietThread();
    QuietThread(const QuietThread &) = delete;
    QuietThread &operator=(const QuietThread &) = delete;
};

}  // namespace cdcmtk

#endif
