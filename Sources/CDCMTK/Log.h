#ifndef CDCMTK_LOG_H
#define CDCMTK_LOG_H

#include <string>

namespace cdcmtk {

/// While one lives, DCMTK's lines from this thread are of level debug: its caller reports what happened itself, once.
class QuietThread {
  public:
    QuietThread();
    ~QuietThread();
    QuietThread(const QuietThread &) = delete;
    QuietThread &operator=(const QuietThread &) = delete;

    /// The first warning or error that DCMTK wrote on this thread since this was made; empty: none.
    const std::string &firstComplaint() const { return firstComplaint_; }
    void note(const char *complaint);

  private:
    QuietThread *outer_;
    std::string firstComplaint_;
};

}  // namespace cdcmtk

#endif
