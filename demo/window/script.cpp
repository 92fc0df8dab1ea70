// SPDX-License-Identifier: MIT
#include "window/script.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <glm/common.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

namespace parallax::demo {
namespace {

/// What is wrong with a line; the name and the line's number are added further up.
class LineError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

constexpr float largest_number = 1e6F; // far outside of every picture
constexpr std::uint64_t last_frame = 1'000'000'000'000;
constexpr std::size_t most_events = 1'000'000;

/// A number that is finite and not absurd: what it becomes, pixels and angles, is computed with.
template <typename Number>
std::optional<Number> as_number(std::string_view text, int base = 10) {
    Number value{};
    const char* const end = text.data() + text.size();
    std::from_chars_result result{};
    if constexpr (std::is_floating_point_v<Number>) {
        result = std::from_chars(text.data(), end, value);
    } else {
        result = std::from_chars(text.data(), end, value, base);
    }
    const bool whole = result.ec == std::errc{} && result.ptr == end && !text.empty();
    if constexpr (std::is_floating_point_v<Number>) {
        if (!(std::abs(value) <= largest_number)) { // neither is NaN
            return std::nullopt;
        }
    }
    return whole ? std::optional(value) : std::nullopt;
}

/// The words of one line, taken one after the other.
class Words {
public:
    explicit Words(std::string_view line) : rest_(trimmed(line)) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::string_view next(const char* what) {
        if (rest_.empty()) {
            throw LineError(text::format("{} is missing", what));
        }
        const std::size_t end = std::min(rest_.find_first_of(blanks), rest_.size());
        const std::string_view word = rest_.substr(0, end);
        rest_ = trimmed(rest_.substr(end));
        return word;
    }

    /// All that is left: file names may have blanks.
    std::string_view remainder(const char* what) {
        if (rest_.empty()) {
            throw LineError(text::format("{} is missing", what));
        }
        return std::exchange(rest_, {});
    }

    template <typename Number>
    Number number(const char* what) {
        const std::string_view word = next(what);
        const auto value = as_number<Number>(word);
        if (!value) {
            throw LineError(text::format("'{}' is no {}", word, what));
        }
        return *value;
    }

    glm::vec2 pair(const char* what) {
        const std::string_view word = next(what);
        const std::size_t comma = std::min(word.find(','), word.size());
        const auto x = as_number<float>(word.substr(0, comma));
        const auto y = as_number<float>(word.substr(std::min(comma + 1, word.size())));
        if (!x || !y) {
            throw LineError(text::format("'{}' is no {}; write two numbers with a comma and no "
                                         "blank between them, as in 120,80",
                                         word, what));
        }
        return {*x, *y};
    }

private:
    static constexpr std::string_view blanks = " \t\r";

    static std::string_view trimmed(std::string_view text) {
        const std::size_t first = std::min(text.find_first_not_of(blanks), text.size());
        text.remove_prefix(first);
        const std::size_t last = text.find_last_not_of(blanks);
        return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    }

    std::string_view rest_;
};

/// Reads lines one after the other; remembers the brush, of which a line changes one part.
class Reader {
public:
    void read(Words words) {
        frame_ = words.number<std::uint64_t>("frame number");
        if (frame_ > last_frame) {
            throw LineError(text::format("the last frame is {}", last_frame));
        }
        const std::string_view verb = words.next("command");
        const auto* const found = std::ranges::find(verbs, verb, &Verb::name);
        if (found == verbs.end()) {
            throw LineError(text::format("there is no command '{}'; there are {}", verb,
                                         joined(verbs, ", ", &Verb::name)));
        }
        (this->*found->read)(words);
        if (!words.empty()) {
            throw LineError(text::format("'{}' is too much after '{}'", words.remainder(""), verb));
        }
    }

    std::vector<TimedEvent> take() && {
        std::ranges::stable_sort(events_, {}, &TimedEvent::frame);
        return std::move(events_);
    }

private:
    struct Verb {
        std::string_view name;
        void (Reader::*read)(Words& words);
    };
    static const std::array<Verb, 12> verbs;

    void require_room(std::size_t events) const {
        if (events_.size() + events > most_events) {
            throw LineError(text::format("a script makes at most {} events", most_events));
        }
    }

    void add(Event event) {
        require_room(1);
        events_.push_back({.frame = frame_, .event = std::move(event)});
    }

    void draw(Words& words) {
        const glm::vec2 from = words.pair("place in the picture");
        if (const auto word = words.next("'to'"); word != "to") {
            throw LineError(text::format("'to' was expected, not '{}': draw 10,10 to 90,40", word));
        }
        const glm::vec2 to = words.pair("place in the picture");
        unsigned parts = 1;
        if (!words.empty()) {
            if (const auto word = words.next("'over'"); word != "over") {
                throw LineError(text::format(
                    "'over' was expected, not '{}': draw 10,10 to 90,40 over 20", word));
            }
            parts = words.number<unsigned>("number of frames");
            if (parts == 0 || parts > 100'000) {
                throw LineError("a stroke takes 1 to 100000 frames");
            }
        }
        require_room(parts);
        for (unsigned i = 0; i < parts; ++i) {
            const auto at = [&](unsigned n) {
                return glm::mix(from, to, static_cast<float>(n) / static_cast<float>(parts));
            };
            events_.push_back(
                {.frame = frame_ + i, .event = Stroke{.from = at(i), .to = at(i + 1)}});
        }
    }

    void point(Words& words) { add(PointAt{words.pair("place in the picture")}); }

    void pointer(Words& words) {
        using Kind = PointerInput::Kind;
        const glm::vec2 place = words.pair("place in the window");
        add(PointerInput{.kind = Kind::move, .place = place});
        if (words.empty()) {
            return;
        }
        const std::string_view word = words.next("button");
        if (word != "down" && word != "up") {
            throw LineError(
                text::format("'down' or 'up' was expected, not '{}': pointer 90,40 down", word));
        }
        add(PointerInput{.kind = word == "down" ? Kind::press : Kind::release, .place = place});
    }

    void colour(Words& words) {
        const std::string_view word = words.next("colour");
        const auto value = word.starts_with('#') && word.size() == 7
                               ? as_number<std::uint32_t>(word.substr(1), 16)
                               : std::nullopt;
        if (!value) {
            throw LineError(text::format("'{}' is no colour; write #RRGGBB, as in #ff8800", word));
        }
        brush_.colour = {.r = static_cast<std::uint8_t>(*value >> 16),
                         .g = static_cast<std::uint8_t>(*value >> 8 & 255u),
                         .b = static_cast<std::uint8_t>(*value & 255u)};
        add(ChangeBrush{brush_});
    }

    void size(Words& words) {
        brush_.radius = words.number<float>("radius");
        if (!(brush_.radius >= Brush::smallest && brush_.radius <= Brush::largest)) {
            throw LineError(text::format("the brush's radius is {} to {} pixels", Brush::smallest,
                                         Brush::largest));
        }
        add(ChangeBrush{brush_});
    }

    void press(Words& words) {
        const std::string_view word = words.next("key");
        const Control* const control = find_control(word);
        if (control == nullptr) {
            throw LineError(text::format("key '{}' does nothing; there are {}", word,
                                         joined(controls(), ", ", &Control::name)));
        }
        add(control->action);
    }

    void orbit(Words& words) { add(Orbit{words.pair("pair of angles")}); }

    void zoom(Words& words) {
        const auto factor = words.number<float>("factor");
        if (!(factor > 0.0F)) {
            throw LineError("the factor of zoom is a number above 0");
        }
        add(Zoom{factor});
    }

    void resize(Words& words) {
        const std::string_view word = words.next("size");
        const std::size_t cross = std::min(word.find('x'), word.size());
        const auto width = as_number<std::uint32_t>(word.substr(0, cross));
        const auto height = as_number<std::uint32_t>(word.substr(std::min(cross + 1, word.size())));
        if (!width || !height || *width == 0 || *height == 0 || *width > 16384 || *height > 16384) {
            throw LineError(text::format(
                "'{}' is no size; write WIDTHxHEIGHT, 1 to 16384 each, as in 640x400", word));
        }
        add(Resize{{.width = *width, .height = *height}});
    }

    void open(Words& words) { add(OpenPicture{words.remainder("file")}); }
    void screenshot(Words& words) { add(SaveScreenshot{words.remainder("file")}); }

    void lose(Words& words) {
        const std::string_view word = words.next("what is lost");
        constexpr std::array losses{
            std::pair{"device", Lose::What::device}, std::pair{"surface", Lose::What::surface},
            std::pair{"process", Lose::What::process}, std::pair{"display", Lose::What::display}};
        const auto* const found =
            std::ranges::find(losses, word, [](const auto& loss) { return loss.first; });
        if (found == losses.end()) {
            throw LineError(text::format(
                "'{}' cannot be lost; write device, surface, process or display", word));
        }
        add(Lose{found->second});
    }

    std::uint64_t frame_ = 0;
    Brush brush_;
    std::vector<TimedEvent> events_;
};

constexpr std::array<Reader::Verb, 12> Reader::verbs{{{"draw", &Reader::draw},
                                                      {"point", &Reader::point},
                                                      {"pointer", &Reader::pointer},
                                                      {"colour", &Reader::colour},
                                                      {"size", &Reader::size},
                                                      {"press", &Reader::press},
                                                      {"orbit", &Reader::orbit},
                                                      {"zoom", &Reader::zoom},
                                                      {"resize", &Reader::resize},
                                                      {"open", &Reader::open},
                                                      {"screenshot", &Reader::screenshot},
                                                      {"lose", &Reader::lose}}};

} // namespace

void Script::add(TimedEvent event) {
    const auto place = std::ranges::upper_bound(events_, event.frame, {}, &TimedEvent::frame);
    events_.insert(place, std::move(event));
}

Script Script::parse(std::string_view text, const std::string& name) {
    Reader reader;
    std::size_t line_number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line_number;
        try {
            if (const Words words(line);
                !words.empty() && !line.substr(line.find_first_not_of(" \t")).starts_with('#')) {
                reader.read(words);
            }
        } catch (const LineError& error) {
            throw std::invalid_argument(
                printable(text::format("{}:{}: {}", name, line_number, error.what())));
        }
    }
    Script script;
    script.events_ = std::move(reader).take();
    return script;
}

} // namespace parallax::demo
