// Html: pieces of a page, in which text that came from elsewhere stays text.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_HTML_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_HTML_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alexnet::cli {

struct Attribute {
  const char* name;
  std::string value;  // any text
};

// Markup that is whole: every element in it is closed. Made by the functions
// below alone, so that names of files, layers and labels cannot become markup.
class Html {
 public:
  Html() = default;

  Html& operator+=(const Html& other) {
    markup_ += other.markup_;
    return *this;
  }
  const std::string& markup() const { return markup_; }

 private:
  friend Html Text(std::string_view text);
  friend Html Element(const char*, const std::vector<Attribute>&, const Html&);
  friend Html Image(const std::string&, std::string_view, const char*);
  friend std::string Page(std::string_view, const Html&);
  explicit Html(std::string markup) : markup_(std::move(markup)) {}

  std::string markup_;
};

// Any bytes: what is not UTF-8, and characters that turn the direction of text
// or control a terminal, are escaped as Printable does.
Html Text(std::string_view text);
// An HTML or SVG element that may have an end tag.
Html Element(const char* name, const std::vector<Attribute>& attributes,
             const Html& content = Html());
Html Element(const char* name, const std::vector<Attribute>& attributes,
             std::string_view text);
// A picture within the page; `png` is the file, `words` are for who cannot see
// it.
Html Image(const std::string& png, std::string_view words, const char* style);

// A part of a page.
Html Section(const char* heading, const Html& content);
Html Paragraph(std::string_view text);

// The whole document, with its style; it fetches nothing and runs nothing.
std::string Page(std::string_view title, const Html& body);

// A drawing of `width` by `height`, an svg element, as a file of its own: on
// white, in colours that every viewer knows.
std::string SvgFile(const Html& drawing, int width, int height);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_HTML_H_
