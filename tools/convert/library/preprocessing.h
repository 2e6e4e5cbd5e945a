// What happens to pictures before a network that came from elsewhere.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_PREPROCESSING_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_PREPROCESSING_H_

#include <alexnet/alexnet.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/convert/model/foreign_model.h"
#include "tools/convert/model/recognise.h"

namespace alexnet::convert {

// What a caller says of how the network's pictures are prepared; nothing for
// what it leaves open.
struct AskedPreparation {
  // Of pixels of 0..255, or of 0..1, which its numbers tell; in the network's
  // order of channels.
  std::optional<Mean> mean;
  // What pixels of 0..255, less the mean, are multiplied by.
  std::optional<float> scale;
  // The order in which the network takes channels.
  std::optional<bool> bgr;
};

// The preset's preprocessing, or for a network of no preset that of the files
// of `format`, with what the file says and, before all, what is asked for. The
// result borrows from `network`, `foreign` and `asked`. What had to be assumed
// is added to `notes`. Throws Invalid where means do not fit, and where the
// file wants a mean image that nobody gives and that nothing can stand in for.
Preprocessing PreprocessingFor(const Network& network, const Recognised& found,
                               ForeignModel* foreign, std::string_view format,
                               AskedPreparation* asked,
                               std::vector<std::string>* notes);

// Preprocessing with what is asked for; likewise. The result borrows from
// `asked`, and `image` keeps a mean image that had to be turned.
Preprocessing WithAsked(const Preprocessing& preprocessing,
                        AskedPreparation* asked, std::vector<float>* image);

// With its channels the other way round; `image` keeps the turned mean image.
Preprocessing ReverseChannels(const Preprocessing& preprocessing,
                              std::vector<float>* image);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_PREPROCESSING_H_
