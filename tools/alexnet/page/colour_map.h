// ColourMap: numbers as colours.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_COLOUR_MAP_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_COLOUR_MAP_H_

#include <array>
#include <cstdint>

namespace alexnet::cli {

using Colour = std::array<uint8_t, 3>;  // red, green, blue

// What no number between two others is drawn in.
inline constexpr Colour kNotFinite = {255, 0, 255};
inline constexpr Colour kNothingButZeros = {128, 128, 128};

// From dark blue by green to light yellow, for 0 to 1. Its lightness rises
// evenly, so that the colour-blind, and paper without colours, have the same
// order. Of 250 colours: with the two above and what is transparent a picture
// has few enough to be stored by their numbers.
Colour MapColour(double relative);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_COLOUR_MAP_H_
