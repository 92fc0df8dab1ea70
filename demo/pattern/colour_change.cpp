// SPDX-License-Identifier: MIT
#include "pattern/colour_change.hpp"

#include "parallax/image/comparison.hpp"

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

using Terms = std::array<double, terms>;
using Matrix = std::array<Terms, terms>;

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
    for (std::size_t channel = 0; channel + 1 < terms; ++channel) {
        const auto factors = fit(written, seen, channel);
        if (!factors || !is_slight(*factors, channel) ||
            !explains(*factors, written, seen, channel)) {
            return std::nullopt;
        }
    }
    return comparison.largest;
}

} // namespace parallax::demo
