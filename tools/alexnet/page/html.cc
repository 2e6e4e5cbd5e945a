#include "tools/alexnet/page/html.h"

#include <fmt/core.h>
#include <nettle/base64.h>

#include "tools/alexnet/page/style.h"
#include "tools/alexnet/printable.h"

namespace alexnet::cli {
namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Tag(const char* name, const std::vector<Attribute>& attributes) {
  std::string tag = fmt::format("<{}", name);
  for (const Attribute& each : attributes) {
    tag += fmt::format(" {}=\"{}\"", each.name, Escaped(each.value));
  }
  return tag + ">";
}

std::string Base64(const std::string& bytes) {
  std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
  base64_encode_raw(text.data(), bytes.size(),
                    reinterpret_cast<const uint8_t*>(bytes.data()));
  return text;
}

// Nothing is fetched and no script runs, whatever has found its way in.
constexpr const char* kPolicy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

}  // namespace

Html Text(std::string_view text) { return Html(Escaped(text)); }

Html Element(const char* name, const std::vector<Attribute>& attributes,
             const Html& content) {
  return Html(
      fmt::format("{}{}</{}>", Tag(name, attributes), content.markup(), name));
}

Html Element(const char* name, const std::vector<Attribute>& attributes,
             std::string_view text) {
  return Element(name, attributes, Text(text));
}

Html Image(const std::string& png, std::string_view words, const char* style) {
  return Html(Tag("img", {{"src", "data:image/png;base64," + Base64(png)},
                          {"alt", std::string(words)},
                          {"class", style}}));
}

Html Section(const char* heading, const Html& content) {
  Html section = Element("h2", {}, heading);
  section += content;
  return Element("section", {}, section);
}

Html Paragraph(std::string_view text) { return Element("p", {}, text); }

std::string Page(std::string_view title, const Html& body) {
  return fmt::format(
      "<!doctype html>\n"
      "<html lang=\"en\">\n"
      "<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{}</title>\n"
      "<style>{}</style>\n"
      "</head>\n"
      "<body>\n{}\n</body>\n"
      "</html>\n",
      kPolicy, Text(title).markup(), kStyle, body.markup());
}

std::string SvgFile(const Html& drawing, int width, int height) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" "
      "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n"
      "<style>{2}</style>\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n"
      "{3}\n</svg>\n",
      width, height, kDrawingStyle, drawing.markup());
}

}  // namespace alexnet::cli
