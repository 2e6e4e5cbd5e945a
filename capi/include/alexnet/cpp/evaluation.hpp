// Evaluation of a model, verification of a file.

#ifndef ALEXNET_CPP_EVALUATION_HPP_
#define ALEXNET_CPP_EVALUATION_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "dataset.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

using EvaluateOptions =
    detail::Struct<alexnet_evaluate_options, alexnet_evaluate_options_init>;
using EvaluationInfo =
    detail::Struct<alexnet_evaluation_info, alexnet_evaluation_info_init>;

class Evaluation {
 public:
  struct Class {
    std::string name;
    int64_t count = 0;
    double recall = 0;  // percent; -1 without pictures
  };
  struct Broken {
    std::string name;
    std::string reason;
  };
  // Classes are the model's, by index.
  struct Wrong {
    std::string name;
    int64_t sample = 0;     // in the part that was evaluated
    int32_t label = 0;      // the true class
    int32_t predicted = 0;  // the likeliest one
    float probability = 0;  // of the likeliest one
    float label_probability = 0;
  };

  // Takes a handle of the C interface.
  explicit Evaluation(alexnet_evaluation* handle) : handle_(handle) {}

  EvaluationInfo info() const {
    EvaluationInfo result;
    detail::call(alexnet_evaluation_get_info, get(), &result);
    return result;
  }
  std::vector<Class> classes() const {
    std::vector<Class> all(static_cast<size_t>(info().classes));
    for (size_t i = 0; i < all.size(); ++i) {
      const char* name = nullptr;
      detail::call(alexnet_evaluation_class_at, get(), static_cast<int64_t>(i),
                   &name, &all[i].count, &all[i].recall);
      all[i].name = name;
    }
    return all;
  }
  // (classes, classes), or empty; lives as long as this.
  Span<const int64_t> confusion() const {
    const int64_t* counts = alexnet_evaluation_confusion(get());
    if (counts == nullptr) return {};
    const auto classes = static_cast<size_t>(info().classes);
    return {counts, classes * classes};
  }
  std::string confusion_text(int32_t limit = 0) const {
    char* text = nullptr;
    detail::call(alexnet_evaluation_confusion_text, get(), limit, &text);
    return detail::take(text);
  }
  // Those whose true class was least likely, of the pictures that were taken
  // for another one, the worst first; at most 24.
  std::vector<Wrong> worst() const {
    const alexnet_wrong_picture* pictures = nullptr;
    size_t count = 0;
    detail::call(alexnet_evaluation_worst, get(), &pictures, &count);
    std::vector<Wrong> all;
    for (size_t i = 0; i < count; ++i) {
      const alexnet_wrong_picture& from = pictures[i];
      all.push_back({from.name, from.sample, from.label, from.predicted,
                     from.probability, from.label_probability});
    }
    return all;
  }
  std::vector<Broken> broken() const {
    std::vector<Broken> all;
    const auto count = static_cast<size_t>(info().broken);
    for (size_t i = 0; i < count; ++i) {
      const char* name = nullptr;
      const char* reason = nullptr;
      detail::call(alexnet_evaluation_broken_at, get(), i, &name, &reason);
      all.push_back({name, reason});
    }
    return all;
  }
  alexnet_evaluation* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_evaluation, alexnet_evaluation_free> handle_;
};

inline Evaluation evaluate(const Model& model, const Dataset& dataset,
                           EvaluateOptions options = {},
                           const Limits& limits = {},
                           const Progress& progress = nullptr) {
  detail::ProgressRelay relay(progress);
  relay.attach(&options);
  alexnet_evaluation* made = nullptr;
  relay.call(alexnet_evaluate, model.get(), dataset.get(), &options, &limits,
             &made);
  return Evaluation(made);
}

struct VerifyResult {
  bool ok = false;
  std::string json;
};

inline VerifyResult verify_file(const std::string& path,
                                const SessionOptions& options = {},
                                const Limits& limits = {}) {
  int32_t ok = 0;
  char* json = nullptr;
  detail::call(alexnet_verify_file, path.c_str(), &options, &limits, &ok,
               &json);
  VerifyResult result;
  result.ok = ok != 0;
  result.json = detail::take(json);
  return result;
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_EVALUATION_HPP_
