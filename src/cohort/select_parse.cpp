// The grammar is in select.hpp; one function a rule.
#include "cohort/select_node.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace calx::cohort {
namespace {

using namespace selection;

/// Deeper than anybody writes; it bounds the recursion.
constexpr int kMostNesting = 50;

struct Token {
  enum class Kind { Word, Quoted, Sign, End } kind = Kind::End;
  std::string text;
  std::size_t at = 0;
};

struct SyntaxError {
  std::string message;
  std::size_t at = 0;
};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '+' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
    const std::size_t start = at_;
    if (at_ == text_.size()) return {Token::Kind::End, "", start};
    const char c = text_[at_];
    if (c == '\'' || c == '"') return quoted(c);
    if (in_word()) {
      while (in_word()) ++at_;
      return {Token::Kind::Word, std::string(text_.substr(start, at_ - start)), start};
    }
    for (const std::string_view sign : {"!=", "<=", ">=", "..", "=", "<", ">", "~", "(", ")", ","})
      if (text_.substr(at_).starts_with(sign)) {
        at_ += sign.size();
        return {Token::Kind::Sign, std::string(sign), start};
      }
    throw SyntaxError{fmt::format("'{}' has no meaning here; put values with signs in quotes", c),
                      start};
  }

private:
  /// A dot is part of a word ("1.2.840", "0.15"), two dots are a range.
  bool in_word() const {
    if (at_ >= text_.size()) return false;
    if (is_word_character(text_[at_])) return true;
    return text_[at_] == '.' && text_.substr(at_, 2) != "..";
  }

  Token quoted(char quote) {
    const std::size_t start = at_++;
    const auto end = text_.find(quote, at_);
    if (end == text_.npos) throw SyntaxError{"a quote is not closed", start};
    Token token{Token::Kind::Quoted, std::string(text_.substr(at_, end - at_)), start};
    at_ = end + 1;
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
public:
  explicit Parser(std::string_view text) : lexer_(text) { advance(); }

  std::unique_ptr<Node> parse() {
    auto node = condition();
    if (token_.kind != Token::Kind::End)
      throw SyntaxError{fmt::format("'{}' is left over; 'and' or 'or' may be missing", token_.text),
                        token_.at};
    return node;
  }

private:
  void advance() { token_ = lexer_.next(); }
  bool is_sign(std::string_view sign) const {
    return token_.kind == Token::Kind::Sign && token_.text == sign;
  }
  bool is_word(std::string_view word) const {
    return token_.kind == Token::Kind::Word &&
           std::ranges::equal(token_.text, word, {}, [](char c) {
             return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
           });
  }
  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    advance();
    return true;
  }
  void expect(std::string_view sign) {
    if (!take_sign(sign)) throw SyntaxError{fmt::format("'{}' is missing", sign), token_.at};
  }

  std::unique_ptr<Node> condition() { return chain("or", Node::Kind::Or, &Parser::all); }
  std::unique_ptr<Node> all() { return chain("and", Node::Kind::And, &Parser::one); }

  std::unique_ptr<Node> chain(std::string_view word, Node::Kind kind,
                              std::unique_ptr<Node> (Parser::*part)()) {
    auto first = (this->*part)();
    if (!is_word(word)) return first;
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->children.push_back(std::move(first));
    while (is_word(word)) {
      advance();
      node->children.push_back((this->*part)());
    }
    return node;
  }

  std::unique_ptr<Node> one() {
    if (++nesting_ > kMostNesting) throw SyntaxError{"the condition is nested too deep", token_.at};
    std::unique_ptr<Node> node;
    if (is_word("not")) {
      advance();
      node = negated(one());
    } else if (take_sign("(")) {
      node = condition();
      expect(")");
    } else {
      node = leaf();
    }
    --nesting_;
    return node;
  }

  static std::unique_ptr<Node> negated(std::unique_ptr<Node> child) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::Not;
    node->children.push_back(std::move(child));
    return node;
  }

  std::unique_ptr<Node> leaf() {
    if (token_.kind != Token::Kind::Word)
      throw SyntaxError{token_.kind == Token::Kind::End ? "it ends where a DICOM keyword should be"
                                                        : "a DICOM keyword should be here",
                        token_.at};
    auto node = std::make_unique<Node>();
    node->keyword = token_.text;
    const auto kind = dicom_tag_kind(node->keyword);
    if (!kind) throw unknown_keyword();
    node->tag = *kind;
    advance();
    return test(std::move(node));
  }

  SyntaxError unknown_keyword() const {
    const std::string nearest = nearest_dicom_keyword(token_.text);
    return {fmt::format("'{}' is no DICOM keyword to select by{}", token_.text,
                        nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
            token_.at};
  }

  std::unique_ptr<Node> test(std::unique_ptr<Node> node) {
    if (is_word("exists")) {
      node->test = Test::Exists;
      advance();
      return node;
    }
    if (is_word("in")) {
      advance();
      return in_test(std::move(node));
    }
    constexpr std::array<std::pair<std::string_view, Test>, 7> kSigns{{{"=", Test::Equal},
                                                                       {"!=", Test::Equal},
                                                                       {"<", Test::Less},
                                                                       {"<=", Test::LessOrEqual},
                                                                       {">", Test::Greater},
                                                                       {">=", Test::GreaterOrEqual},
                                                                       {"~", Test::Contains}}};
    const auto* sign =
        std::ranges::find_if(kSigns, [&](const auto& s) { return is_sign(s.first); });
    if (sign == kSigns.end())
      throw SyntaxError{
          fmt::format("a test of {} should be here: = != < <= > >= ~ in exists", node->keyword),
          token_.at};
    advance();
    node->test = sign->second;
    // "Contains" looks at the letters of any attribute.
    if (node->test == Test::Contains) node->tag = TagKind::Text;
    const Value single = value(*node);
    node->ranges.push_back({single, single});
    return sign->first == "!=" ? negated(std::move(node)) : std::move(node);
  }

  std::unique_ptr<Node> in_test(std::unique_ptr<Node> node) {
    node->test = Test::In;
    if (!take_sign("(")) {
      node->ranges.push_back(range(*node));
      return node;
    }
    do node->ranges.push_back(range(*node));
    while (take_sign(","));
    expect(")");
    return node;
  }

  Range range(const Node& node) {
    const Value low = value(node);
    if (!take_sign("..")) return {low, low};
    return {low, value(node)};
  }

  Value value(const Node& node) {
    if (token_.kind != Token::Kind::Word && token_.kind != Token::Kind::Quoted)
      throw SyntaxError{fmt::format("a value for {} is missing", node.keyword), token_.at};
    const auto found = value_of(node.tag, token_.text);
    if (!found) throw SyntaxError{unfit(node), token_.at};
    advance();
    return *found;
  }

  std::string unfit(const Node& node) const {
    const std::string_view wanted = node.tag == TagKind::Date  ? "a date such as 20200131"
                                    : node.tag == TagKind::Age ? "an age such as 18 or 018Y"
                                                               : "a number";
    return fmt::format("{} is compared with '{}', which is not {}", node.keyword, token_.text,
                       wanted);
  }

  Lexer lexer_;
  Token token_;
  int nesting_ = 0;
};

void collect_keywords(const Node& node, std::vector<std::string>& keywords) {
  if (node.kind == Node::Kind::Leaf && std::ranges::find(keywords, node.keyword) == keywords.end())
    keywords.push_back(node.keyword);
  for (const auto& child : node.children) collect_keywords(*child, keywords);
}

} // namespace

tl::expected<Selection, std::string> Selection::parse(std::string_view text) {
  try {
    Selection result;
    result.root_ = Parser(text).parse();
    collect_keywords(*result.root_, result.keywords_);
    return result;
  } catch (const SyntaxError& error) {
    return tl::unexpected(fmt::format("--where: {} (at character {})\n  {}\n  {:>{}}",
                                      error.message, error.at + 1, text, '^', error.at + 1));
  }
}

} // namespace calx::cohort
