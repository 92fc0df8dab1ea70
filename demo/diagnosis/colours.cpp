// SPDX-License-Identifier: MIT
// The right pixels in the right places, converted once too often, too seldom, or otherwise.
#include "diagnosis/evidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace parallax::demo {
namespace {

constexpr int rounding = 3; ///< of a channel, by two conversions to 8 bits

std::uint8_t clamped(double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

/// Converts red, green and blue alike, each 0 to 255.
template <double (*convert)(double)>
Rgba8 each(const Rgba8& in) {
    return {.r = clamped(convert(in.r)),
            .g = clamped(convert(in.g)),
            .b = clamped(convert(in.b)),
            .a = in.a};
}

double to_limited(double value) {
    return 16 + value * 219 / 255;
}
double from_limited(double value) {
    return (value - 16) * 255 / 219;
}
double to_srgb(double value) {
    const double linear = value / 255;
    return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055);
}
double from_srgb(double value) {
    const double encoded = value / 255;
    return 255 * (encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4));
}
double inverted(double value) {
    return 255 - value;
}

Rgba8 premultiplied(const Rgba8& in) {
    const auto times = [&in](double value) { return clamped(value * in.a / 255); };
    return {.r = times(in.r), .g = times(in.g), .b = times(in.b), .a = in.a};
}
Rgba8 unmultiplied(const Rgba8& in) {
    const auto by = [&in](double value) {
        return in.a == 0 ? std::uint8_t{0} : clamped(value * 255 / in.a);
    };
    return {.r = by(in.r), .g = by(in.g), .b = by(in.b), .a = in.a};
}

/// Shown on an opaque ground of one grey, as by a compositor that takes colours for straight ones.
template <int ground>
Rgba8 blended(const Rgba8& in) {
    const auto over = [&in](double value) {
        return clamped((value * in.a + ground * (255.0 - in.a)) / 255);
    };
    return {.r = over(in.r), .g = over(in.g), .b = over(in.b), .a = 255};
}
Rgba8 unmultiplied_opaque(const Rgba8& in) {
    Rgba8 out = unmultiplied(in);
    out.a = 255;
    return out;
}

/// The weights of red and blue in luma: ITU-R BT.601, BT.709 and BT.2020.
struct Weights {
    double red;
    double blue;
};
constexpr Weights bt601{0.299, 0.114};
constexpr Weights bt709{0.2126, 0.0722};
constexpr Weights bt2020{0.2627, 0.0593};

/// Colours that were converted to YCbCr by one matrix, and back by the other.
template <Weights to, Weights from>
Rgba8 through(const Rgba8& in) {
    const double luma = to.red * in.r + (1 - to.red - to.blue) * in.g + to.blue * in.b;
    const double cb = (in.b - luma) / (1 - to.blue) / 2;
    const double cr = (in.r - luma) / (1 - to.red) / 2;
    const double red = luma + 2 * (1 - from.red) * cr;
    const double blue = luma + 2 * (1 - from.blue) * cb;
    const double green = (luma - from.red * red - from.blue * blue) / (1 - from.red - from.blue);
    return {.r = clamped(red), .g = clamped(green), .b = clamped(blue), .a = in.a};
}

struct Conversion {
    std::string_view sentence;
    Rgba8 (*convert)(const Rgba8& in);
};

constexpr std::array conversions{
    Conversion{"colour: full range was read as limited range", each<from_limited>},
    Conversion{"colour: limited range was read as full range", each<to_limited>},
    Conversion{"colour: sRGB was encoded twice", each<to_srgb>},
    Conversion{"colour: sRGB was decoded, and shown as it then was", each<from_srgb>},
    Conversion{"colour: inverted", each<inverted>},
    Conversion{"colour: multiplied by alpha", premultiplied},
    Conversion{"colour: divided by alpha", unmultiplied},
    Conversion{"colour: multiplied by alpha, and shown on black", blended<0>},
    Conversion{"colour: multiplied by alpha, and shown on white", blended<255>},
    Conversion{"colour: divided by alpha, and shown without it", unmultiplied_opaque},
    Conversion{"colour: YCbCr by BT.601 was read as BT.709", through<bt601, bt709>},
    Conversion{"colour: YCbCr by BT.709 was read as BT.601", through<bt709, bt601>},
    Conversion{"colour: YCbCr by BT.601 was read as BT.2020", through<bt601, bt2020>},
    Conversion{"colour: YCbCr by BT.2020 was read as BT.601", through<bt2020, bt601>},
    Conversion{"colour: YCbCr by BT.709 was read as BT.2020", through<bt709, bt2020>},
    Conversion{"colour: YCbCr by BT.2020 was read as BT.709", through<bt2020, bt709>},
};

/// The sum of the channels' errors at the samples.
std::uint64_t error_of(const Evidence& evidence, const Conversion& conversion) {
    std::uint64_t sum = 0;
    for (const Place& at : evidence.samples()) {
        const Rgba8 predicted = conversion.convert(evidence.written().at(at.x, at.y));
        const Rgba8& saw = evidence.seen().at(at.x, at.y);
        sum += static_cast<std::uint64_t>(
            std::abs(predicted.r - saw.r) + std::abs(predicted.g - saw.g) +
            std::abs(predicted.b - saw.b) + std::abs(predicted.a - saw.a));
    }
    return sum;
}

} // namespace

void find_colour(const Evidence& evidence, std::vector<Hypothesis>& found) {
    // Conversions resemble each other, so the nearest is the only hypothesis.
    const auto best = std::ranges::min_element(conversions, {}, [&](const Conversion& conversion) {
        return error_of(evidence, conversion);
    });
    found.push_back(
        {.cause = Cause::colour,
         .sentence = std::string(best->sentence),
         .predict = [&evidence, convert = best->convert](
                        Place at) { return convert(evidence.written().at(at.x, at.y)); },
         .tolerance = rounding});
}

} // namespace parallax::demo
