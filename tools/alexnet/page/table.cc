#include "tools/alexnet/page/table.h"

#include <fmt/core.h>

namespace alexnet::cli {

Html Cell(std::string_view text) { return Element("td", {}, text); }

Html LinkCell(std::string_view text, const std::string& address) {
  return Element("td", {}, Element("a", {{"href", address}}, text));
}

Html LeftCell(std::string_view text) {
  return Element("td", {{"class", "left"}}, text);
}

Html NumberCell(double value, const char* format) {
  return Cell(value == 0.0 ? "" : fmt::format(fmt::runtime(format), value));
}

Html BarCell(double share, std::string_view text) {
  Html content =
      Element("i", {{"style", fmt::format("width:{:.1f}%", 100 * share)}}, "");
  content += Text(text);
  return Element("td", {{"class", "share"}}, content);
}

Html ShareCell(double share) {
  return BarCell(share, share == 0.0 ? "" : fmt::format("{:.1f}", 100 * share));
}

Html RowName(std::string_view name) {
  return Element("th", {{"scope", "row"}, {"class", "left"}}, name);
}

Html Row(const Html& cells) { return Element("tr", {}, cells); }

Html Table(std::string_view name, const std::vector<std::string>& heading,
           size_t left, const Html& rows, const Html& foot) {
  Html cells;
  for (size_t i = 0; i < heading.size(); ++i) {
    cells += Element(
        "th",
        i < left ? std::vector<Attribute>{{"scope", "col"}, {"class", "left"}}
                 : std::vector<Attribute>{{"scope", "col"}},
        heading[i]);
  }
  Html content = Element("thead", {}, Row(cells));
  content += Element("tbody", {}, rows);
  if (!foot.markup().empty()) content += Element("tfoot", {}, foot);
  return Scrolled(name, "wide", Element("table", {}, content));
}

Html Scrolled(std::string_view name, const char* style, const Html& content) {
  return Element("div",
                 {{"class", style},
                  {"role", "region"},
                  {"aria-label", std::string(name)},
                  {"tabindex", "0"}},
                 content);
}

}  // namespace alexnet::cli
