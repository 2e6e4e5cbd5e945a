#include "core/dist/link_watch.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "core/base/caught.h"
#include "core/base/no_thread_error.h"

namespace alexnet {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(50);

}  // namespace

LinkWatch::LinkWatch(std::function<Status()> look,
                     std::function<void(const Status&)> fail)
    : look_(std::move(look)), fail_(std::move(fail)) {}

LinkWatch::~LinkWatch() {
  if (!birthplace_.Here() || !thread_->joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    wake_->notify_all();
  }
  thread_->join();
}

Status LinkWatch::Start() {
  try {
    *thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    fail_(NoThreadError());
    return NoThreadError();
  }
  return Status();
}

void LinkWatch::Wake() {
  const std::lock_guard<std::mutex> lock(mutex_);
  woken_ = true;
  wake_->notify_all();
}

void LinkWatch::Run() {
  bool stopping = false;
  while (!stopping) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_->wait_for(lock, kInterval, [this] { return stopping_ || woken_; });
      stopping = stopping_;
      woken_ = false;
    }
    const Status looked = Caught(look_);
    if (!looked.ok()) return fail_(looked);
  }
}

}  // namespace alexnet
