// SPDX-License-Identifier: MIT
// The only file that knows libxml2 (2.9.14): its SAX2 push parser, with our own handlers and no tree.
// What it does not refuse by itself, and what it would keep without bound, is checked here.
#include "xml/parser.h"
#include "xml/declaration.h"
#include "xml/tree_builder.h"
#include "xml/writer.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <climits>
#include <exception>
#include <new>
#include <utility>

namespace xml {
namespace {

// Names stay in libxml2's dictionary as long as the parser: attack by ever new names.
constexpr std::size_t most_dictionary_bytes = 64 * 1024;
constexpr int most_dictionary_names = 4000;
// What libxml2 is given at once: bounds the work it does after an error and before we see a limit passed.
constexpr std::size_t slice_bytes = 4096;
constexpr std::size_t least_stanza_bytes = 10000;  // RFC 6120 13.12

std::string_view view(const xmlChar* text) {
    return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

struct FreeParser {
    // A document type may have made it begin a document, which it does not free itself.
    void operator()(xmlParserCtxt* parser) const {
        xmlFreeDoc(parser->myDoc);
        xmlFreeParserCtxt(parser);
    }
};

ParseError error_for(int code) {
    switch (code) {
    case XML_NS_ERR_UNDEFINED_NAMESPACE: return ParseError::bad_namespace_prefix;
    case XML_ERR_UNSUPPORTED_ENCODING: return ParseError::unsupported_encoding;
    default: return ParseError::not_well_formed;
    }
}

}  // namespace

class Parser::State {
public:
    State(Limits limits, std::string_view content_ns) : content_ns_(content_ns) { set_limits(limits); }

    Fed feed(std::span<const char> bytes);
    void restart();
    void rest();
    void set_limits(Limits limits) {
        limits_ = limits;
        if (limits.start_tag_bytes == 0) limits_.start_tag_bytes = SIZE_MAX;
        if (limits.children == 0) limits_.children = UINT_MAX;
        limits_.stanza_bytes = limits.stanza_bytes == 0 ? SIZE_MAX / 2 : std::max(limits.stanza_bytes, least_stanza_bytes);
    }
    bool is_resting() const { return !parser_; }
    std::size_t dictionary_bytes() const { return parser_ ? xmlDictGetUsage(parser_->dict) : 0; }
    // Everything fed was taken, and neither a stanza nor a CDATA section is under way.
    bool is_between_stanzas() const {
        if (phase_ != Phase::stanzas || depth_ != 1) return false;
        return !parser_ || (position() == fed_ && parser_->instate == XML_PARSER_CONTENT);
    }

private:
    enum class Phase { declaration, header, stanzas, closed };
    struct Callbacks;

    std::size_t take(std::span<const char> bytes);
    std::size_t take_declaration(std::span<const char> bytes);
    void parse(std::span<const char> bytes);
    void give(std::span<const char> bytes);
    void make_parser();
    void check_limits();
    void fail(ParseError error) {
        if (!error_ && phase_ != Phase::closed) error_ = error;
    }

    // What libxml2 reports.
    void on_start(Name name, std::string_view prefix, std::span<const xmlChar*> namespaces, std::span<const Attribute> attributes);
    void on_end();
    void on_text(std::string_view text);
    void on_header(Name name, std::string_view prefix, std::span<const xmlChar*> namespaces, std::span<const Attribute> attributes);

    std::size_t position() const { return static_cast<std::size_t>(xmlByteConsumed(parser_.get())); }
    std::size_t end_of(std::string_view text) const;

    Limits limits_;
    std::string content_ns_;
    Phase phase_ = Phase::declaration;
    std::string declaration_;   // what may become one
    std::string header_again_;  // the peer's start tag with its namespaces, for the next libxml2 parser
    std::unique_ptr<xmlParserCtxt, FreeParser> parser_;
    bool is_replaying_ = false;
    bool has_odd_namespace_ = false;
    std::size_t fed_ = 0;        // bytes given to parser_
    std::size_t event_end_ = 0;  // where the last event, or white space after it, ended
    std::size_t token_end_ = 0;  // where the last tag or text ended
    std::size_t depth_ = 0;
    TreeBuilder builder_;
    std::vector<Attribute> attributes_;
    std::vector<Event> events_;
    std::optional<ParseError> error_;
    std::exception_ptr thrown_;
};

// The C boundary: no exception crosses libxml2, and after an error nothing more is heard of it.
struct Parser::State::Callbacks {
    template <class Call>
    static void guarded(void* context, Call call) noexcept {
        auto& state = *static_cast<State*>(context);
        if (state.error_ || state.thrown_) return;
        try {
            call(state);
        } catch (...) {
            state.thrown_ = std::current_exception();
        }
    }

    static void start(void* context, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int namespace_count,
                      const xmlChar** namespaces, int attribute_count, int, const xmlChar** attributes) {
        guarded(context, [&](State& state) {
            state.attributes_.clear();
            for (const xmlChar** a = attributes; attribute_count > 0; a += 5, --attribute_count) {
                const auto* value = reinterpret_cast<const char*>(a[3]);
                state.attributes_.push_back({view(a[2]), view(a[0]), {value, reinterpret_cast<const char*>(a[4])}});
            }
            const std::span declared(namespaces, static_cast<std::size_t>(namespace_count) * 2);
            state.on_start({view(uri), view(local)}, view(prefix), declared, state.attributes_);
        });
    }
    static void end(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
        guarded(context, [](State& state) { state.on_end(); });
    }
    static void text(void* context, const xmlChar* text, int length) {
        guarded(context, [&](State& state) {
            state.on_text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
        });
    }
    static void restricted(void* context) {
        guarded(context, [](State& state) { state.fail(ParseError::restricted_xml); });
    }
    static void comment(void* context, const xmlChar*) { restricted(context); }
    static void instruction(void* context, const xmlChar*, const xmlChar*) { restricted(context); }
    // Stopped before it reads declarations.
    static void document_type(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
        restricted(context);
        xmlStopParser(static_cast<State*>(context)->parser_.get());
    }
    static void reference(void* context, const xmlChar*) { restricted(context); }
    // Asked for every entity but the five predefined ones.
    static xmlEntityPtr entity(void* context, const xmlChar*) {
        restricted(context);
        return nullptr;
    }
    static void error(void* context, xmlErrorPtr error) {
        guarded(context, [&](State& state) {
            if (error->code == XML_ERR_NO_MEMORY) throw std::bad_alloc();
            if (error->code == XML_WAR_NS_URI) return void(state.has_odd_namespace_ = true);
            // Namespace errors leave libxml2's result at success; as errors they end the stream all the same.
            if (error->level >= XML_ERR_ERROR) state.fail(error_for(error->code));
        });
    }

    static xmlSAXHandler table() {
        xmlSAXHandler handler{};
        handler.initialized = XML_SAX2_MAGIC;
        handler.startElementNs = start;
        handler.endElementNs = end;
        handler.characters = text;
        handler.ignorableWhitespace = text;
        handler.cdataBlock = text;
        handler.comment = comment;
        handler.processingInstruction = instruction;
        handler.internalSubset = document_type;
        handler.reference = reference;
        handler.getEntity = entity;
        handler.getParameterEntity = entity;
        handler.serror = error;
        return handler;
    }
};

Fed Parser::State::feed(std::span<const char> bytes) {
    events_.clear();
    while (!bytes.empty() && !error_ && phase_ != Phase::closed) bytes = bytes.subspan(take(bytes));
    if (error_ || phase_ == Phase::closed) {
        parser_.reset();
        builder_.clear();
    }
    return {std::exchange(events_, {}), error_};
}

// Parses the next bytes and returns how many.
std::size_t Parser::State::take(std::span<const char> bytes) {
    if (phase_ == Phase::declaration) return take_declaration(bytes);
    if (is_between_stanzas()) {
        // Keepalives cost nothing and grow nothing.
        const auto blank = std::ranges::find_if_not(bytes, is_space) - bytes.begin();
        if (blank != 0) return static_cast<std::size_t>(blank);
        if (parser_ && (dictionary_bytes() > most_dictionary_bytes || xmlDictSize(parser_->dict) > most_dictionary_names)) rest();
    }
    // Never more than one byte beyond the limit of a stanza, so that the limit does not depend on the segments.
    const auto pending = parser_ ? fed_ - event_end_ : 0;
    const auto size = std::min({bytes.size(), slice_bytes, limits_.stanza_bytes + 1 - pending});
    // White space after the last tag waits until we know whether it stands between stanzas.
    const auto blank = std::find_if_not(bytes.rend() - static_cast<std::ptrdiff_t>(size), bytes.rend(), is_space);
    const auto solid = static_cast<std::size_t>(bytes.rend() - blank);
    const auto slice = bytes.first(solid > 0 && bytes[solid - 1] == '>' ? solid : size);
    parse(slice);
    return slice.size();
}

std::size_t Parser::State::take_declaration(std::span<const char> bytes) {
    std::size_t taken = 0;
    Beginning beginning;
    while (taken < bytes.size() && !beginning.is_clear) {
        declaration_ += bytes[taken++];
        beginning = look_at_beginning(declaration_);
    }
    if (!beginning.is_clear) return taken;
    phase_ = Phase::header;
    if (beginning.error) fail(*beginning.error);
    if (beginning.is_declaration) declaration_.clear();
    if (!error_) parse(std::exchange(declaration_, {}));
    return taken;
}

void Parser::State::parse(std::span<const char> bytes) {
    if (bytes.empty()) return;
    if (!parser_) make_parser();
    // A zero byte is no character, but libxml2 takes it for the end of what it has.
    const auto zero = std::ranges::find(bytes, '\0');
    give(bytes.first(static_cast<std::size_t>(zero - bytes.begin())));
    if (!error_) check_limits();
    if (zero != bytes.end()) fail(ParseError::not_well_formed);
}

void Parser::State::give(std::span<const char> bytes) {
    fed_ += bytes.size();
    const int code = xmlParseChunk(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), 0);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (error_) return;
    // Many namespaces of the field are no URI; XML does not need them to be one.
    if (std::exchange(has_odd_namespace_, false)) {
        parser_->nsWellFormed = 1;
        parser_->errNo = XML_ERR_OK;
    } else if (code != XML_ERR_OK || !parser_->wellFormed || !parser_->nsWellFormed) {
        fail(error_for(code));
    }
}

void Parser::State::make_parser() {
    xmlInitParser();
    auto handler = Callbacks::table();
    parser_.reset(xmlCreatePushParserCtxt(&handler, this, nullptr, 0, nullptr));
    if (!parser_) throw std::bad_alloc();
    // Before the first byte: otherwise a byte order mark would choose the encoding.
    xmlSwitchEncoding(parser_.get(), XML_CHAR_ENCODING_UTF8);
    // NOENT: without it "&amp;" in an attribute comes as "&#38;". No other entity can be declared.
    xmlCtxtUseOptions(parser_.get(), XML_PARSE_NONET | XML_PARSE_NOENT);
    fed_ = 0;
    depth_ = 0;
    // With a line end first, libxml2 takes no XML declaration: it was read before, there is no second one.
    is_replaying_ = true;
    give("\n" + header_again_);
    is_replaying_ = false;
    event_end_ = token_end_ = fed_;
}

void Parser::State::check_limits() {
    if (phase_ == Phase::closed) return;
    // libxml2 holds back unfinished tags and comments without a word.
    if (fed_ - event_end_ > limits_.stanza_bytes) return fail(ParseError::policy_violation);
    // Many attributes in one tag cost it quadratic time.
    if (parser_->instate == XML_PARSER_START_TAG && fed_ - token_end_ > limits_.start_tag_bytes)
        fail(ParseError::policy_violation);
}

void Parser::State::on_start(Name name, std::string_view prefix, std::span<const xmlChar*> namespaces,
                             std::span<const Attribute> attributes) {
    ++depth_;
    if (is_replaying_) return;
    // libxml2 reports a tag before it looks for its end.
    const auto* next = parser_->input->cur;
    if (next[0] != '>' && (next[0] != '/' || next[1] != '>')) return fail(ParseError::not_well_formed);
    const auto end = position();
    const auto tag_bytes = end - std::exchange(token_end_, end);
    if (tag_bytes > limits_.start_tag_bytes) return fail(ParseError::policy_violation);
    if (depth_ == 1) return on_header(name, prefix, namespaces, attributes);
    if (limits_.stanza_depth != 0 && depth_ - 1 > limits_.stanza_depth) return fail(ParseError::policy_violation);
    if (name.ns == content_ns_) name.ns = stanza_ns;
    builder_.open(name, attributes);
    if (builder_.nodes() > limits_.children) fail(ParseError::policy_violation);
}

void Parser::State::on_header(Name name, std::string_view prefix, std::span<const xmlChar*> namespaces,
                              std::span<const Attribute> attributes) {
    phase_ = Phase::stanzas;
    event_end_ = token_end_ + 1;  // its '>' comes next
    std::string content_ns;
    header_again_.assign(1, '<');
    if (!prefix.empty()) header_again_.append(prefix).append(":");
    header_again_ += name.local;
    for (std::size_t i = 0; i < namespaces.size(); i += 2) {
        header_again_ += " xmlns";
        if (namespaces[i])
            header_again_.append(":").append(view(namespaces[i]));
        else
            content_ns = view(namespaces[i + 1]);
        header_again_ += "='";
        escape_attribute(header_again_, view(namespaces[i + 1]));
        header_again_ += "'";
    }
    header_again_ += ">";
    builder_.open(name, attributes);
    events_.push_back(StreamOpened{*builder_.close(), std::move(content_ns)});
}

void Parser::State::on_end() {
    --depth_;
    token_end_ = position();
    if (depth_ == 0) {
        phase_ = Phase::closed;
        events_.push_back(StreamClosed{});
        return;
    }
    auto finished = builder_.close();
    if (!finished) return;
    const auto bytes = token_end_ - std::exchange(event_end_, token_end_);
    if (bytes > limits_.stanza_bytes) return fail(ParseError::policy_violation);
    events_.push_back(StanzaRead{*std::move(finished), bytes});
}

void Parser::State::on_text(std::string_view text) {
    if (is_replaying_) return;
    token_end_ = end_of(text);
    if (depth_ > 1) {
        builder_.text(text);
        if (builder_.nodes() > limits_.children) fail(ParseError::policy_violation);
    } else if (std::ranges::all_of(text, is_space)) {
        event_end_ = token_end_;
    } else {
        fail(ParseError::bad_format);
    }
}

// Where `text` ends in the stream: libxml2 moves its position sometimes before, sometimes after it reports text.
std::size_t Parser::State::end_of(std::string_view text) const {
    const auto* input = parser_->input;
    const auto* end = reinterpret_cast<const xmlChar*>(text.data() + text.size());
    const bool is_ahead = end > input->cur && end <= input->end;
    return position() + (is_ahead ? static_cast<std::size_t>(end - input->cur) : 0);
}

void Parser::State::restart() {
    State fresh(limits_, content_ns_);
    *this = std::move(fresh);
}

void Parser::State::rest() {
    if (phase_ == Phase::header || (phase_ == Phase::stanzas && !is_between_stanzas())) return;
    parser_.reset();
    builder_.clear();
    std::vector<Attribute>().swap(attributes_);
}

Parser::Parser(Limits limits, std::string_view content_ns) : state_(std::make_unique<State>(limits, content_ns)) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

Fed Parser::feed(std::span<const char> bytes) {
    return state_->feed(bytes);
}

void Parser::restart() { state_->restart(); }

void Parser::set_limits(Limits limits) {
    state_->set_limits(limits);
}

void Parser::rest() { state_->rest(); }

bool Parser::is_resting() const {
    return state_->is_resting();
}

std::size_t Parser::dictionary_bytes() const {
    return state_->dictionary_bytes();
}

}  // namespace xml
