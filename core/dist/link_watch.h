// LinkWatch: a thread that sees when GPUs that a library links cannot go on.

#ifndef ALEXNET_CORE_DIST_LINK_WATCH_H_
#define ALEXNET_CORE_DIST_LINK_WATCH_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet {

// What is under way on a device does not end by itself where a rank does not
// come, nor does a library let go of ranks that have gone: `fail`, called once
// with what `look` has failed with or thrown, tells the ranks and aborts their
// links. Both run on the thread: every 50 ms, when it is woken, and at the end.
class LinkWatch {
 public:
  LinkWatch(std::function<Status()> look,
            std::function<void(const Status&)> fail);
  // In a child of fork it does nothing.
  ~LinkWatch();
  LinkWatch(const LinkWatch&) = delete;
  LinkWatch& operator=(const LinkWatch&) = delete;

  // Where there is no thread, it fails as if it had been looked at.
  Status Start();
  void Wake();  // from any thread

 private:
  void Run();

  const Birthplace birthplace_;
  const std::function<Status()> look_;
  const std::function<void(const Status&)> fail_;
  std::mutex mutex_;
  OnlyHere<std::condition_variable> wake_;
  bool woken_ = false;
  bool stopping_ = false;
  OnlyHere<std::thread> thread_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LINK_WATCH_H_
