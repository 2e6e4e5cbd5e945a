// LrnPieces: local response normalization that a graph spells out, since ONNX
// has no operator for it: x / (k + alpha * mean)^beta, within channels by
// WriteOnnx and across channels by PyTorch's exporter; and towers that
// normalize alone, a Split, an LRN of each run of channels, and a Concat.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_LRN_PIECES_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_LRN_PIECES_H_

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tools/convert/formats/onnx/graph.h"
#include "tools/convert/formats/onnx/values.h"
#include "tools/convert/model/layers.h"

namespace alexnet::convert::onnx {

// The layer of ONNX's operator.
Lrn LrnOf(const GraphNode& node);

class LrnPieces {
 public:
  enum class Taken {
    kNo,
    kPart,  // of a normalization
    kLast   // lrn() is what the parts compute
  };

  explicit LrnPieces(const Values& values) : values_(values) {}

  // `blob` has the names of the chain's last blob. Throws Unsupported, naming
  // the node, for a part that goes on as no normalization does.
  Taken Take(const GraphNode& node, const std::set<std::string>& blob);
  const Lrn& lrn() const { return lrn_; }
  // Forgets the parts: they are of a blob that the chain has left.
  void Clear();

  // Whether `value` is what some of the parts have computed of a blob.
  bool Has(const std::string& value) const {
    return expressions_.contains(value);
  }

 private:
  // How far x / (k + alpha * mean)^beta is computed.
  struct Expression {
    enum Stage { kSquare, kMean, kScaled, kShifted, kPower } stage = kSquare;
    bool within_channel = false;
    // Of channels at either end; nothing: the graph computes how many.
    std::optional<int64_t> padding = 0;
    int64_t size = 0;
    float alpha = 0.0f;
    float k = 0.0f;
    float beta = 0.0f;
  };
  // A run of channels of a Split, before and after its LRN.
  struct Branch {
    std::string split;  // the first of all runs
    size_t index = 0;
    size_t count = 0;
    std::optional<Lrn> lrn;
  };

  Taken TakeTowers(const GraphNode& node, const std::set<std::string>& blob);
  void CheckEven(const GraphNode& node) const;
  void Join(const GraphNode& node, const Branch& first);
  Taken TakeExpression(const GraphNode& node,
                       const std::set<std::string>& blob);
  // What a Pad adds to squares whose channels are a third axis.
  std::optional<int64_t> PaddingOf(const GraphNode& node) const;
  // The expression with what the node adds to it.
  Expression Extended(const GraphNode& node, Expression expression) const;

  const Values& values_;
  std::map<std::string, Branch> branches_;
  std::map<std::string, Expression> expressions_;
  Lrn lrn_;
};

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_LRN_PIECES_H_
