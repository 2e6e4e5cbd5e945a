#include "core/backend/cpu/lowered/convolution.h"

#include <algorithm>

#include "core/backend/cpu/lowered/columns.h"
#include "core/backend/cpu/lowered/outputs.h"
#include "core/backend/cpu/planes.h"
#include "core/backend/cpu/products.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Floats of a panel of transposed weights.
constexpr int64_t kTransposed = 2 * kProductColumns;
// Floats of weights of which each task may have sums of its own.
constexpr int64_t kOwnSums = int64_t{1} << 18;

// Of a band, where there shall be as many as threads can share.
int64_t MostRows(const ConvolutionGeometry& geometry, int64_t batch,
                 int64_t threads) {
  if (threads == 1) return kBand;
  return std::clamp<int64_t>(
      batch * geometry.out_height / (threads * kRangesPerMember), 1, kBand);
}

int64_t WholeLines(int64_t floats) { return RoundUp<int64_t>(floats, 16); }

}  // namespace

LoweredConvolution::LoweredConvolution(const ConvolutionGeometry& geometry,
                                       int64_t batch, int64_t threads,
                                       bool training, bool src_gradient)
    : geometry_(geometry),
      batch_(batch),
      threads_(threads),
      bands_(geometry, MostRows(geometry, batch, threads)),
      rows_(geometry, 1) {
  const ConvolutionGeometry& g = geometry_;
  const PixelBand band = bands_.largest();
  const int64_t columns = band.columns(g);
  const int64_t filters = kBand * g.padded_filters();
  band_size_ =
      WholeLines(columns * band.src_rows(g) * g.pixel(g.chunk(0))) + filters;
  scratch_size_ = threads_ * band_size_;
  if (!training) return;
  const bool few = batch_ * g.groups < threads_;
  slices_ = few || g.weight_size() > kOwnSums ? g.chunks() : 1;
  const int64_t shares = g.groups * slices_;
  // Several for each thread, where their sums are small.
  const int64_t tasks =
      threads_ * (g.weight_size() > kOwnSums / 4 ? 1 : kRangesPerMember);
  ranges_ = std::min(batch_, (tasks + shares - 1) / shares);
  scratch_size_ =
      std::max(scratch_size_, threads_ * band_size_ +
                                  ranges_ * (WholeLines(g.weight_size()) +
                                             g.groups * g.padded_filters()));
  if (!src_gradient) return;
  data_slices_ = few ? g.chunks() : 1;
  data_size_ = columns * DataColumn(g.chunk(0)) + filters;
  transposed_chunk_ = DataColumn(g.chunk(0)) * g.window.kernel_w * g.filters;
  transposed_group_ = transposed_chunk_ * g.chunks();
  scratch_size_ =
      std::max(scratch_size_, WholeLines(g.groups * transposed_group_) +
                                  threads_ * data_size_);
}

template <typename Fn>
void LoweredConvolution::ForEachTask(int64_t tasks, float* scratch,
                                     int64_t size, const Fn& fn) const {
  ParallelFor(tasks, 1, [&](int slot, int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      fn(task, scratch + slot * size);
    }
  });
}

void LoweredConvolution::Forward(const float* src, const float* weight,
                                 const float* bias, bool relu, float* dst,
                                 float* scratch) const {
  const ConvolutionGeometry& g = geometry_;
  ForEachTask(
      batch_ * bands_.size(), scratch, band_size_,
      [&](int64_t task, float* own) {
        const int64_t sample = task / bands_.size();
        const PixelBand band = bands_[task % bands_.size()];
        for (int64_t group = 0; group < g.groups; ++group) {
          ComputeBand(
              band, src + sample * g.src_sample() + group * g.src_group(),
              weight + group * g.panels() * g.panel_size(),
              bias != nullptr ? bias + group * g.filters : nullptr, relu,
              dst + sample * g.dst_sample() + group * g.dst_group(), own);
        }
      });
}

void LoweredConvolution::ComputeBand(const PixelBand& band, const float* src,
                                     const float* weight, const float* bias,
                                     bool relu, float* dst,
                                     float* scratch) const {
  const ConvolutionGeometry& g = geometry_;
  // Sums that are whole at once go where they belong; the others are added up
  // beside.
  const bool at_once = g.chunks() == 1 && g.dst_block % VectorBlock() == 0;
  float* sums = scratch;
  float* columns = scratch + kBand * g.padded_filters();
  const int64_t panel_step = kBand * g.panel();
  for (int64_t chunk = 0; chunk < g.chunks(); ++chunk) {
    const BlockRange blocks = g.chunk(chunk);
    const int64_t step = band.src_rows(g) * g.pixel(blocks);
    GatherColumns(g, band, blocks, step, src, columns);
    for (int64_t panel = 0; panel < g.panels(); ++panel) {
      const int64_t filter = panel * g.panel();
      for (int64_t row = 0; row < band.rows; ++row) {
        Product product = {
            .rows = band.count,
            .columns = g.panel(),
            .depth = g.column(blocks),
            .runs = g.window.kernel_w,
            .a = columns + row * g.step_h() * g.pixel(blocks),
            .a_row = g.step_w() * step,
            .a_depth = 1,
            .a_run = step,
            .b = weight + panel * g.panel_size() +
                 g.first_tap(blocks) * g.panel(),
            .b_row = g.panel(),
            .c = sums + panel * panel_step + row * band.count * g.panel(),
            .c_row = g.panel(),
            .fresh = chunk == 0};
        if (at_once) {
          product.columns = std::min(g.panel(), g.filters - filter);
          product.c = dst + PlaneOf(filter, g.dst_block, g.pixels()) +
                      band.run(row, g.out_width).pixel * g.dst_block;
          product.c_row = g.dst_block;
          product.end = {.block = g.dst_block,
                         .next = g.dst_block * g.pixels(),
                         .bias = bias != nullptr ? bias + filter : nullptr,
                         .relu = relu};
        }
        AddProduct(product);
      }
    }
  }
  for (int64_t row = 0; row < band.rows && !at_once; ++row) {
    StoreOutputs(g, band.run(row, g.out_width),
                 sums + row * band.count * g.panel(), panel_step, bias, relu,
                 dst);
  }
}

void LoweredConvolution::BackwardWeights(const float* src, const float* dst,
                                         const float* dst_gradient,
                                         float* weight_gradient,
                                         float* bias_gradient,
                                         float* scratch) const {
  const ConvolutionGeometry& g = geometry_;
  const int64_t size = g.weight_size();
  const int64_t biases = g.groups * g.padded_filters();
  float* bias_sums = scratch + threads_ * band_size_;
  // The first range's are the caller's.
  float* other_sums = bias_sums + ranges_ * biases;
  const auto sums_of = [&](int64_t range) {
    if (weight_gradient == nullptr || range == 0) return weight_gradient;
    return other_sums + (range - 1) * WholeLines(size);
  };
  const int64_t shares = g.groups * slices_;
  ForEachTask(
      ranges_ * shares, scratch, band_size_, [&](int64_t task, float* own) {
        const int64_t range = task / shares;
        const int64_t group = task % shares / slices_;
        const int64_t slice = task % slices_;
        const BlockRange chunks = {slice * g.chunks() / slices_,
                                   (slice + 1) * g.chunks() / slices_};
        float* bias =
            slice > 0 || bias_gradient == nullptr
                ? nullptr
                : bias_sums + range * biases + group * g.padded_filters();
        if (bias == nullptr && weight_gradient == nullptr) return;
        if (bias != nullptr) std::fill_n(bias, g.padded_filters(), 0.0f);
        const int64_t first = batch_ * range / ranges_;
        for (int64_t sample = first; sample < batch_ * (range + 1) / ranges_;
             ++sample) {
          AddSample(sample, group, chunks, sample == first, src, dst,
                    dst_gradient, sums_of(range), bias, own);
        }
      });
  if (weight_gradient != nullptr && ranges_ > 1) {
    ParallelFor(size, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t range = 1; range < ranges_; ++range) {
        const float* sums = sums_of(range);
        for (int64_t i = begin; i < end; ++i) weight_gradient[i] += sums[i];
      }
    });
  }
  if (bias_gradient == nullptr) return;
  for (int64_t f = 0; f < g.groups * g.filters; ++f) {
    const int64_t at = f / g.filters * g.padded_filters() + f % g.filters;
    bias_gradient[f] = 0.0f;
    for (int64_t range = 0; range < ranges_; ++range) {
      bias_gradient[f] += bias_sums[range * biases + at];
    }
  }
}

void LoweredConvolution::AddSample(int64_t sample, int64_t group,
                                   const BlockRange& chunks, bool fresh,
                                   const float* src, const float* dst,
                                   const float* dst_gradient,
                                   float* weight_gradient, float* bias_gradient,
                                   float* scratch) const {
  const ConvolutionGeometry& g = geometry_;
  const int64_t out = sample * g.dst_sample() + group * g.dst_group();
  const int64_t filters = g.padded_filters();
  float* gradient = scratch;
  float* columns = scratch + kBand * filters;
  for (int64_t index = 0; index < bands_.size(); ++index) {
    const PixelBand band = bands_[index];
    for (int64_t row = 0; row < band.rows; ++row) {
      GatherGradient(g, band.run(row, g.out_width),
                     dst == nullptr ? nullptr : dst + out, dst_gradient + out,
                     gradient + row * band.count * filters);
    }
    if (bias_gradient != nullptr) {
      AddPixels(gradient, band.pixels(), filters, bias_gradient);
    }
    if (weight_gradient == nullptr) continue;
    for (int64_t chunk = chunks.begin; chunk < chunks.end; ++chunk) {
      const BlockRange blocks = g.chunk(chunk);
      const int64_t step = band.src_rows(g) * g.pixel(blocks);
      GatherColumns(g, band, blocks, step,
                    src + sample * g.src_sample() + group * g.src_group(),
                    columns);
      // Columns of a band of one row follow one another.
      const int64_t together = band.rows == 1 ? g.window.kernel_w : 1;
      const int64_t taps = together * g.column(blocks);
      for (int64_t panel = 0; panel < g.panels(); ++panel) {
        for (int64_t kx = 0; kx < g.window.kernel_w; kx += together) {
          AddProduct({.rows = taps,
                      .columns = g.panel(),
                      .depth = band.count,
                      .runs = band.rows,
                      .a = columns + kx * step,
                      .a_row = 1,
                      .a_depth = g.step_w() * step,
                      .a_run = g.step_h() * g.pixel(blocks),
                      .b = gradient + panel * g.panel(),
                      .b_row = filters,
                      .c = weight_gradient +
                           (group * g.panels() + panel) * g.panel_size() +
                           (g.first_tap(blocks) + kx * taps) * g.panel(),
                      .c_row = g.panel(),
                      .fresh = fresh && index == 0});
        }
      }
    }
  }
}

void LoweredConvolution::TransposeWeights(const float* weight,
                                          float* transposed) const {
  const ConvolutionGeometry& g = geometry_;
  ParallelFor(g.groups * g.chunks(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t group = task / g.chunks();
      const BlockRange blocks = g.chunk(task % g.chunks());
      const int64_t column = g.column(blocks);
      const int64_t padded = DataColumn(blocks);
      float* to = transposed + group * transposed_group_ +
                  task % g.chunks() * transposed_chunk_;
      for (int64_t kx = 0; kx < g.window.kernel_w; ++kx) {
        for (int64_t first = 0; first < padded; first += kTransposed) {
          const int64_t width = std::min(kTransposed, padded - first);
          const int64_t there = std::min(width, column - first);
          for (int64_t f = 0; f < g.filters; ++f, to += width) {
            const float* from =
                weight + (group * g.panels() + f / g.panel()) * g.panel_size() +
                (g.first_tap(blocks) + kx * column + first) * g.panel() +
                f % g.panel();
            for (int64_t t = 0; t < there; ++t) to[t] = from[t * g.panel()];
            std::fill(to + there, to + width, 0.0f);
          }
        }
      }
    }
  });
}

void LoweredConvolution::BackwardData(const float* weight, const float* dst,
                                      const float* dst_gradient,
                                      float* src_gradient,
                                      float* scratch) const {
  const ConvolutionGeometry& g = geometry_;
  float* transposed = scratch;
  TransposeWeights(weight, transposed);
  const int64_t shares = g.groups * data_slices_;
  ForEachTask(batch_ * shares,
              scratch + WholeLines(g.groups * transposed_group_), data_size_,
              [&](int64_t task, float* own) {
                const int64_t slice = task % data_slices_;
                AddSource(task / shares, task % shares / data_slices_,
                          {slice * g.chunks() / data_slices_,
                           (slice + 1) * g.chunks() / data_slices_},
                          transposed, dst, dst_gradient, src_gradient, own);
              });
}

void LoweredConvolution::AddSource(int64_t sample, int64_t group,
                                   const BlockRange& chunks,
                                   const float* transposed, const float* dst,
                                   const float* dst_gradient,
                                   float* src_gradient, float* scratch) const {
  const ConvolutionGeometry& g = geometry_;
  const int64_t out = sample * g.dst_sample() + group * g.dst_group();
  float* gradient = scratch;
  float* columns = scratch + kBand * g.padded_filters();
  float* own = src_gradient + sample * g.src_sample() + group * g.src_group();
  const int64_t block = g.height * g.width * g.src_block;
  std::fill(own + g.chunk(chunks.begin).begin * block,
            own + g.chunk(chunks.end - 1).end * block, 0.0f);
  for (int64_t index = 0; index < rows_.size(); ++index) {
    const PixelBand band = rows_[index];
    GatherGradient(g, band.run(0, g.out_width),
                   dst == nullptr ? nullptr : dst + out, dst_gradient + out,
                   gradient);
    for (int64_t chunk = chunks.begin; chunk < chunks.end; ++chunk) {
      const BlockRange blocks = g.chunk(chunk);
      const int64_t column = DataColumn(blocks);
      const float* b =
          transposed + group * transposed_group_ + chunk * transposed_chunk_;
      std::fill_n(columns, band.columns(g) * column, 0.0f);
      // Column by column of the window: those of different pixels are the same.
      for (int64_t kx = 0; kx < g.window.kernel_w; ++kx) {
        for (int64_t first = 0; first < column; first += kTransposed) {
          const int64_t width = std::min(kTransposed, column - first);
          AddProduct({.rows = band.count,
                      .columns = width,
                      .depth = g.filters,
                      .a = gradient,
                      .a_row = g.padded_filters(),
                      .a_depth = 1,
                      .b = b,
                      .b_row = width,
                      .c = columns + kx * column + first,
                      .c_row = g.step_w() * column});
          b += width * g.filters;
        }
      }
      ScatterColumns(g, band, blocks, column, columns, own);
    }
  }
}

}  // namespace alexnet::cpu
