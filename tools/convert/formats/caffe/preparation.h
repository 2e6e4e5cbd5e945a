// What Caffe's networks do to pictures first.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_PREPARATION_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_PREPARATION_H_

#include <vector>

#include "tools/convert/formats/caffe/net.h"
#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert::caffe {

// Puts into `model` what layers that read pictures do to them: (x - mean) *
// scale, of the first of `nets` that has such a layer, and of its layers the
// one that tests, else the one that trains. Layers without a word of it (Input,
// HDF5Data and others that take what is prepared) are passed over. A mean image
// is named, not read. Channels are those of `model->layers`.
void FindPreparation(const std::vector<const Net*>& nets, ForeignModel* model);

}  // namespace alexnet::convert::caffe

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_PREPARATION_H_
