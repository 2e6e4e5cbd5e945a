// A pool of sessions, for programs of many threads.

#ifndef ALEXNET_CPP_SESSION_POOL_HPP_
#define ALEXNET_CPP_SESSION_POOL_HPP_

#include <alexnet/alexnet.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "error.hpp"
#include "model.hpp"
#include "session.hpp"

namespace alexnet {
inline namespace v0 {

// A fixed number of sessions of one model for any number of threads, such as
// those of a server: a thread waits for a free session, and the engine's own
// threads stay as many as the sessions have. They share the model's weights.
// Thread safe; to be destroyed when all that was taken was given back.
//
//   SessionPool pool(model, 8, options);
//   pool.take()->run(views, 1, output);
class SessionPool {
 public:
  // A session that no other thread has; given back when this is destroyed.
  class Taken {
   public:
    Taken(Taken&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          session_(other.session_) {}
    Taken& operator=(Taken&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(session_, other.session_);
      return *this;
    }
    ~Taken() {
      if (pool_ != nullptr) pool_->give_back(session_);
    }

    Session& operator*() const { return *session_; }
    Session* operator->() const { return session_; }

   private:
    friend class SessionPool;
    Taken(SessionPool* pool, Session* session)
        : pool_(pool), session_(session) {}

    SessionPool* pool_;
    Session* session_;
  };

  // For a server, `options` of one thread each do most work. Error where `size`
  // is 0.
  SessionPool(const Model& model, size_t size,
              const SessionOptions& options = {}) {
    if (size == 0) {
      throw Error(ALEXNET_INVALID_ARGUMENT, "must be at least 1, not 0", "",
                  "size");
    }
    sessions_.reserve(size);
    free_.reserve(size);
    for (size_t i = 0; i < size; ++i) sessions_.emplace_back(model, options);
    for (Session& session : sessions_) free_.push_back(&session);
  }
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  size_t size() const { return sessions_.size(); }

  // Waits until a session is free.
  Taken take() {
    std::unique_lock<std::mutex> lock(mutex_);
    given_back_.wait(lock, [this] { return !free_.empty(); });
    return take_free();
  }
  // Waits so long at most; nothing where none was free.
  template <typename Rep, typename Period>
  std::optional<Taken> take_for(
      const std::chrono::duration<Rep, Period>& patience) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!given_back_.wait_for(lock, patience,
                              [this] { return !free_.empty(); })) {
      return std::nullopt;
    }
    return take_free();
  }

 private:
  Taken take_free() {
    Session* const session = free_.back();
    free_.pop_back();
    return {this, session};
  }
  void give_back(Session* session) {
    // Tells under the lock: who takes the last one may destroy the pool.
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(session);
    given_back_.notify_one();
  }

  std::vector<Session> sessions_;  // does not grow: what is free points into it
  std::mutex mutex_;               // guards what follows
  std::condition_variable given_back_;
  std::vector<Session*> free_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_SESSION_POOL_HPP_
