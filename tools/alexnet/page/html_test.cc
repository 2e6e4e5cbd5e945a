#include "tools/alexnet/page/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlTest, TextIsNoMarkup) {
  EXPECT_EQ(Text("<b> & \"'").markup(), "&lt;b&gt; &amp; &quot;&#39;");
  EXPECT_EQ(Text("a\x1b\xff").markup(), "a\\x1B\\xFF");
  EXPECT_EQ(Text("\u202Eä").markup(), "\\u202Eä");
}

TEST(HtmlTest, ElementsNest) {
  Html row = Element("td", {{"class", "a\"b"}}, "1<2");
  row += Element("td", {}, "");
  EXPECT_EQ(Element("tr", {}, row).markup(),
            "<tr><td class=\"a&quot;b\">1&lt;2</td><td></td></tr>");
}

// RFC 4648, section 10.
TEST(HtmlTest, PicturesAreWithinThePage) {
  EXPECT_THAT(Image("foob", "what \"it\" is", "pixels").markup(),
              "<img src=\"data:image/png;base64,Zm9vYg==\" "
              "alt=\"what &quot;it&quot; is\" class=\"pixels\">");
}

TEST(HtmlTest, APageRunsAndFetchesNothing) {
  const std::string page = Page("</title><script>", Element("p", {}, "x"));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/title&gt;&lt;script&gt;</title>"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("https:")));
}

}  // namespace
}  // namespace alexnet::cli
