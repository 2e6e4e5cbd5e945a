// Stack: of the emulation's fibers, and of the thread that runs them.

#ifndef ALEXNET_CORE_BACKEND_CUDA_EMULATION_RUNTIME_STACK_H_
#define ALEXNET_CORE_BACKEND_CUDA_EMULATION_RUNTIME_STACK_H_

#include <cstddef>
#include <vector>

namespace emulation {

// Where a stack was left. Default: the one of the thread that leaves it.
class Stack {
 public:
  Stack() = default;

  // Goes on where `to` was left, and leaves `from`, which is in use, until
  // somebody goes on there: `to`.
  static void Switch(Stack* from, Stack* to);
  // The first thing on a new stack: `from` was left for it.
  static void Begin(Stack* from);

 private:
  friend std::vector<Stack> MakeStacks(size_t count, void (*enter)());

  void* top_ = nullptr;
  // For the sanitizers, which follow a thread's stack.
  const void* bottom_ = nullptr;
  size_t bytes_ = 0;
  void* fake_ = nullptr;
  void* fiber_ = nullptr;
};

// New ones, which live as long as the program. `enter` runs on each when it is
// switched to for the first time, calls Begin, and never returns. What
// overflows one ends the program.
std::vector<Stack> MakeStacks(size_t count, void (*enter)());

}  // namespace emulation

#endif  // ALEXNET_CORE_BACKEND_CUDA_EMULATION_RUNTIME_STACK_H_
