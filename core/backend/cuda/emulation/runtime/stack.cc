#include "core/backend/cuda/emulation/runtime/stack.h"

#include <sys/mman.h>

#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// Goes on where the stack `to` was left, and leaves this one at `*from`.
// swapcontext does as much but asks the kernel for the signal mask each time,
// which takes far longer than what a thread of these kernels does.
extern "C" void EmulationSwitchStacks(void** from, void* to);
asm(R"(
.pushsection .text
.type EmulationSwitchStacks, @function
EmulationSwitchStacks:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size EmulationSwitchStacks, . - EmulationSwitchStacks
.popsection
)");

namespace emulation {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kStackBytes = 256 * 1024;  // frames are larger
#else
constexpr size_t kStackBytes = 64 * 1024;
#endif
constexpr size_t kGuardBytes = 4096;
constexpr int kSavedRegisters = 6;  // by EmulationSwitchStacks

}  // namespace

void Stack::Switch(Stack* from, Stack* to) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&from->fake_, to->bottom_, to->bytes_);
#elif defined(__SANITIZE_THREAD__)
  from->fiber_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to->fiber_, 0);
#endif
  EmulationSwitchStacks(&from->top_, to->top_);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(from->fake_, &to->bottom_, &to->bytes_);
#endif
}

void Stack::Begin([[maybe_unused]] Stack* from) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &from->bottom_, &from->bytes_);
#endif
}

std::vector<Stack> MakeStacks(size_t count, void (*enter)()) {
  void* const memory =
      mmap(nullptr, count * kStackBytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  std::vector<Stack> stacks(count);
  char* bottom = static_cast<char*>(memory);
  for (Stack& stack : stacks) {
    if (mprotect(bottom, kGuardBytes, PROT_NONE) != 0) std::abort();
    void** top = reinterpret_cast<void**>(bottom + kStackBytes);
    *--top = nullptr;  // whom `enter` would return to
    *--top = reinterpret_cast<void*>(enter);
    stack.top_ = top - kSavedRegisters;
    stack.bottom_ = bottom + kGuardBytes;
    stack.bytes_ = kStackBytes - kGuardBytes;
#if defined(__SANITIZE_THREAD__)
    stack.fiber_ = __tsan_create_fiber(0);
#endif
    bottom += kStackBytes;
  }
  return stacks;
}

}  // namespace emulation
