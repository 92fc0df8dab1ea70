// SPDX-License-Identifier: MIT
#include "pattern/colour_change.hpp"

#include "parallax/image/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::size_t terms = 4;        ///< red, green, blue, and a constant
constexpr double largest_mix = 0.25;    ///< of a factor's distance from no change
constexpr double largest_constant = 20; ///< of 255
constexpr double largest_error = 9;     ///< of a channel, by rounding to 5 bits
constexpr double least_share = 0.98;    ///< of the pixels, of which the error is no larger
constexpr double largest_outlier = 16;  ///< error of the others
constexpr int largest_rounding = 3;     ///< of a change that most pixels do not have
constexpr double much_nearer = 0.5;     ///< to a mistake, than to no change: part of the distance

using Terms = std::array<double, terms>;
using Matrix = std::array<Terms, terms>;
using Change = std::array<Terms, terms - 1>; ///< the factors of each channel

Terms terms_of(const Rgba8& pixel) {
    return {static_cast<double>(pixel.r), static_cast<double>(pixel.g),
            static_cast<double>(pixel.b), 1.0};
}

/// Solves matrix * x = right by elimination.
/// @return none if there is no single solution, as for a picture of few colours.
std::optional<Terms> solve(Matrix matrix, Terms right) {
    for (std::size_t i = 0; i < terms; ++i) {
        std::size_t best = i;
        for (std::size_t row = i + 1; row < terms; ++row) {
            best = std::abs(matrix.at(row).at(i)) > std::abs(matrix.at(best).at(i)) ? row : best;
        }
        std::swap(matrix.at(i), matrix.at(best));
        std::swap(right.at(i), right.at(best));
        if (std::abs(matrix.at(i).at(i)) < 1e-6) {
            return std::nullopt;
        }
        for (std::size_t row = 0; row < terms; ++row) {
            if (row == i) {
                continue;
            }
            const double factor = matrix.at(row).at(i) / matrix.at(i).at(i);
            for (std::size_t column = i; column < terms; ++column) {
                matrix.at(row).at(column) -= factor * matrix.at(i).at(column);
            }
            right.at(row) -= factor * right.at(i);
        }
    }
    for (std::size_t i = 0; i < terms; ++i) {
        right.at(i) /= matrix.at(i).at(i);
    }
    return right;
}

/// The factors of the written channels in a channel that was seen, with the least squares of
/// errors.
std::optional<Terms> fit(const Picture& written, const Picture& seen, std::size_t channel) {
    Matrix products{};
    Terms right{};
    for (std::size_t i = 0; i < written.pixels().size(); ++i) {
        const Terms from = terms_of(written.pixels()[i]);
        const double to = terms_of(seen.pixels()[i]).at(channel);
        for (std::size_t row = 0; row < terms; ++row) {
            for (std::size_t column = 0; column < terms; ++column) {
                products.at(row).at(column) += from.at(row) * from.at(column);
            }
            right.at(row) += from.at(row) * to;
        }
    }
    return solve(products, right);
}

bool is_slight(const Terms& factors, std::size_t channel) {
    for (std::size_t i = 0; i < terms; ++i) {
        const double limit = i + 1 == terms ? largest_constant : largest_mix;
        if (std::abs(factors.at(i) - (i == channel ? 1 : 0)) > limit) {
            return false;
        }
    }
    return true;
}

bool explains(const Terms& factors, const Picture& written, const Picture& seen,
              std::size_t channel) {
    std::size_t near = 0;
    for (std::size_t i = 0; i < written.pixels().size(); ++i) {
        const Terms from = terms_of(written.pixels()[i]);
        double sum = 0;
        for (std::size_t term = 0; term < terms; ++term) {
            sum += factors.at(term) * from.at(term);
        }
        const double to = terms_of(seen.pixels()[i]).at(channel);
        const double error = std::abs(std::clamp(sum, 0.0, 255.0) - to);
        if (error > largest_outlier) {
            return false;
        }
        near += error <= largest_error ? 1U : 0U;
    }
    return static_cast<double>(near) >= least_share * static_cast<double>(written.pixels().size());
}

/// The weights of red and blue in luma: BT.601, BT.709 and BT.2020.
struct Weights {
    double red;
    double blue;
};
constexpr std::array all_weights{Weights{0.299, 0.114}, Weights{0.2126, 0.0722},
                                 Weights{0.2627, 0.0593}};

/// A range that was taken for another: what it makes of luma and chroma, of 255.
struct RangeChange {
    double black;
    double luma;
    double chroma;
};
constexpr std::array range_changes{
    RangeChange{.black = 0, .luma = 1, .chroma = 1},
    RangeChange{.black = 16, .luma = 219.0 / 255, .chroma = 224.0 / 255},
    RangeChange{.black = -16 * 255.0 / 219, .luma = 255.0 / 219, .chroma = 255.0 / 224}};

/// The change of colours that were converted to luma and chroma in one way, and back in another.
Change misread(const Weights& to, const RangeChange& range, const Weights& from) {
    Change change{};
    for (std::size_t i = 0; i + 1 < terms; ++i) {
        std::array<double, terms - 1> in{};
        in.at(i) = 1;
        const auto [red, green, blue] = in;
        const double luma = to.red * red + (1 - to.red - to.blue) * green + to.blue * blue;
        const double cb = range.chroma * (blue - luma) / (1 - to.blue) * (1 - from.blue);
        const double cr = range.chroma * (red - luma) / (1 - to.red) * (1 - from.red);
        change[0].at(i) = range.luma * luma + cr;
        change[1].at(i) =
            range.luma * luma - (from.red * cr + from.blue * cb) / (1 - from.red - from.blue);
        change[2].at(i) = range.luma * luma + cb;
    }
    for (Terms& factors : change) {
        factors.back() = range.black;
    }
    return change;
}

/// How far one change is from another; a constant counts as a part of 255.
double distance(const Change& a, const Change& b) {
    double sum = 0;
    for (std::size_t channel = 0; channel < a.size(); ++channel) {
        for (std::size_t i = 0; i < terms; ++i) {
            const double far = a.at(channel).at(i) - b.at(channel).at(i);
            sum += std::pow(i + 1 == terms ? far / 255 : far, 2);
        }
    }
    return std::sqrt(sum);
}

/// True if the range or the encoding of luma and chroma was confused: no colour management, even
/// where a display of few bits has rounded the result.
bool is_mistake(const Change& change) {
    const Change none = misread(all_weights[0], range_changes[0], all_weights[0]);
    const double near = much_nearer * distance(change, none);
    for (const Weights& to : all_weights) {
        for (const RangeChange& range : range_changes) {
            for (const Weights& from : all_weights) {
                if (distance(change, misread(to, range, from)) < near) {
                    return true;
                }
            }
        }
    }
    return false;
}

} // namespace

std::optional<int> slight_colour_change(const Picture& written, const Picture& seen) {
    const Comparison comparison = compare(written, seen);
    // A conversion of colours changes nearly all pixels; if most are unchanged, the others are
    // wrong.
    if (comparison.different * 2 < comparison.compared && comparison.largest > largest_rounding) {
        return std::nullopt;
    }
    const auto has_same_alpha = [](const Rgba8& a, const Rgba8& b) {
        return std::abs(a.a - b.a) <= largest_rounding;
    };
    if (!std::ranges::equal(written.pixels(), seen.pixels(), has_same_alpha)) {
        return std::nullopt;
    }
    Change change{};
    for (std::size_t channel = 0; channel < change.size(); ++channel) {
        const auto factors = fit(written, seen, channel);
        if (!factors || !is_slight(*factors, channel) ||
            !explains(*factors, written, seen, channel)) {
            return std::nullopt;
        }
        change.at(channel) = *factors;
    }
    return is_mistake(change) ? std::nullopt : std::optional<int>(comparison.largest);
}

} // namespace parallax::demo
