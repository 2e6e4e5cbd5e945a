// What happens to pictures before a network that came from elsewhere.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_PREPROCESSING_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_PREPROCESSING_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

#include "tools/convert/model/foreign_model.h"
#include "tools/convert/model/recognise.h"

namespace alexnet::convert {

// The preset's preprocessing, or for a network of no preset that of the files
// of `format`, with the file's mean where there is one. The result borrows from
// `network` and `mean`. What had to be assumed is added to `notes`.
Preprocessing PreprocessingFor(const Network& network, const Recognised& found,
                               const ForeignModel& foreign,
                               std::string_view format, const Mean* mean,
                               std::vector<std::string>* notes);

// With that mean subtracted, which it borrows. Throws Invalid where it does not
// fit.
Preprocessing WithMean(const Preprocessing& preprocessing, const Mean& mean);

// With its channels the other way round; `image` keeps the turned mean image.
Preprocessing ReverseChannels(const Preprocessing& preprocessing,
                              std::vector<float>* image);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_PREPROCESSING_H_
