// alexnet.hpp: the C++17 face of alexnet.h. Header-only: a program that uses it
// depends on the C interface alone. It needs C++17 or newer, and exceptions.
//
//   const alexnet::Model model = alexnet::Model::load("net.alexnet");
//   alexnet::Session session(model);
//   for (const alexnet::Prediction& top : session.predict_file("cat.jpg")) {
//     std::printf("%s %.2f\n", top.label.c_str(), top.probability);
//   }
//
// Handles are classes that own what they hold, move and do not copy. Whatever
// can fail throws alexnet::Error. Options and reports are the C structs,
// initialised: every field of alexnet.h is there and zero means the default.
// What alexnet.h says of shapes, units, ownership and threads holds here too;
// a SessionPool serves many threads. Strings that are handed in as const char*
// live as long as the call or, in options, as long as the options are used.
//
// Programs include this header; it includes one for each subject. Everything is
// in the inline namespace v0, the interface's major version: two of them may
// live in one program.

#ifndef ALEXNET_ALEXNET_HPP_
#define ALEXNET_ALEXNET_HPP_

#include <alexnet/alexnet.h>

#if __cplusplus < 201703L
#error \
    "alexnet.hpp needs C++17: compile with -std=c++17 or newer, or use alexnet.h"
#elif !defined(__cpp_exceptions)
#error \
    "alexnet.hpp needs exceptions: compile with -fexceptions, or use alexnet.h"
#else

// IWYU pragma: begin_exports
// In the order of reading.
// clang-format off
#include "cpp/error.hpp"
#include "cpp/span.hpp"
#include "cpp/library.hpp"
#include "cpp/cancel.hpp"
#include "cpp/context.hpp"
#include "cpp/network.hpp"
#include "cpp/model.hpp"
#include "cpp/inspection.hpp"
#include "cpp/model_builder.hpp"
#include "cpp/image.hpp"
#include "cpp/session.hpp"
#include "cpp/session_pool.hpp"
#include "cpp/queue.hpp"
#include "cpp/features.hpp"
#include "cpp/progress.hpp"
#include "cpp/dataset.hpp"
#include "cpp/evaluation.hpp"
#include "cpp/training.hpp"
#include "cpp/trainer.hpp"
#include "cpp/benchmark.hpp"
// clang-format on
// IWYU pragma: end_exports

#endif

#endif  // ALEXNET_ALEXNET_HPP_
