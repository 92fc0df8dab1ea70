// SPDX-License-Identifier: MIT
#include "pattern/scaling.hpp"

#include "diagnosis/sampling.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::size_t fewest_rows = 4;
constexpr double smallest_cell = 1.04; ///< pixels; below, cells vanish
constexpr int rounding = 8;            ///< of a channel, by the filter's own precision

/// A straight line through points, with the least squares of errors.
class Line {
public:
    void add(double x, double y) {
        ++count_;
        x_ += x;
        y_ += y;
        xx_ += x * x;
        xy_ += x * y;
    }
    /// @return none if the points have all the same x.
    [[nodiscard]] std::optional<Axis> axis() const {
        const double divisor = count_ * xx_ - x_ * x_;
        if (count_ < 2 || divisor <= 0) {
            return std::nullopt;
        }
        const double scale = (count_ * xy_ - x_ * y_) / divisor;
        return Axis{.from = (y_ - scale * x_) / count_, .scale = scale};
    }

private:
    double count_ = 0, x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;
};

double brightness(const Rgba8& pixel) {
    return (2.0 * pixel.r + 5.0 * pixel.g + pixel.b) / 8;
}

/// A change from dark to bright or back.
struct Edge {
    double x;
    bool to_bright;
};

/// Between two pixels an edge is where the brightness would be the middle one.
std::vector<Edge> edges_of(std::span<const Rgba8> row) {
    constexpr double middle = 127.5;
    std::vector<Edge> edges;
    for (std::size_t x = 1; x < row.size(); ++x) {
        const double before = brightness(row[x - 1]);
        const double after = brightness(row[x]);
        if ((before > middle) != (after > middle)) {
            edges.push_back(
                {.x = static_cast<double>(x) - 0.5 + (middle - before) / (after - before),
                 .to_bright = after > middle});
        }
    }
    return edges;
}

/// The cells of the mark behind which it changes.
constexpr std::array mark_edges{3, 6, 7, 9, 10};

/// The width of a cell, if these edges are those of a mark.
std::optional<double> cell_of_mark(std::span<const Edge> edges) {
    const double cell =
        (edges.back().x - edges.front().x) / (mark_edges.back() - mark_edges.front());
    for (std::size_t i = 1; i < mark_edges.size(); ++i) {
        const double expected = (mark_edges.at(i) - mark_edges.at(i - 1)) * cell;
        if (std::abs(edges[i].x - edges[i - 1].x - expected) > 0.4 * cell) {
            return std::nullopt;
        }
    }
    return cell >= smallest_cell ? std::optional(cell) : std::nullopt;
}

/// The code whose mark has its first edge at the beginning of @p edges. Each edge makes the width
/// of a cell better known.
std::optional<ScaledCode> code_from(std::span<const Edge> edges, std::uint32_t y) {
    const auto first_cell = cell_of_mark(edges.first(mark_edges.size()));
    if (!first_cell) {
        return std::nullopt;
    }
    Cells cells{};
    Line line;
    Axis axis{.from = edges.front().x - mark_edges.front() * *first_cell, .scale = *first_cell};
    const bool first_is_white = !edges.front().to_bright;
    std::size_t filled = 0;
    bool is_white = true;
    for (const Edge& edge : edges) {
        const auto cell = std::lround((edge.x - axis.from) / axis.scale);
        if (cell < 0 || static_cast<std::size_t>(cell) < filled) {
            return std::nullopt;
        }
        const std::size_t end = std::min(static_cast<std::size_t>(cell), cells.size());
        std::fill(cells.begin() + static_cast<std::ptrdiff_t>(filled),
                  cells.begin() + static_cast<std::ptrdiff_t>(end), is_white);
        filled = end;
        if (static_cast<std::size_t>(cell) >= cells.size()) {
            break;
        }
        is_white = edge.to_bright == first_is_white;
        line.add(static_cast<double>(cell), edge.x);
        if (cell >= mark_edges.back()) {
            axis = line.axis().value_or(axis);
        }
    }
    std::fill(cells.begin() + static_cast<std::ptrdiff_t>(filled), cells.end(), is_white);
    const auto code = decode(cells);
    return code ? std::optional(
                      ScaledCode{.left = axis.from, .cell = axis.scale, .y = y, .code = *code})
                : std::nullopt;
}

double first_column(const ScaledCode& code) {
    return first_code + static_cast<double>(code.code.block) * code_distance;
}

/// A place of the picture, and where that is in the pattern.
double source_of(const Axis& axis, std::uint32_t at) {
    return (at + 0.5 - axis.from) / axis.scale;
}

/// The pixels of the picture that show columns or rows of the pattern, without the outermost, which
/// a filter mixes with what is around.
std::pair<std::uint32_t, std::uint32_t> inner(const Axis& axis, std::uint32_t count,
                                              std::uint32_t end) {
    const auto within = [end](double at) {
        return static_cast<std::uint32_t>(std::clamp(at, 0.0, static_cast<double>(end)));
    };
    return {within(std::ceil(axis.from + axis.scale)),
            within(std::floor(axis.from + (count - 1) * axis.scale))};
}

int channel_error(const Rgba8& a, const Rgba8& b) {
    return std::max(
        {std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b), std::abs(a.a - b.a)});
}

using Sampler = Rgba8 (*)(const Picture& picture, double x, double y);

/// Pixels of the picture that should show the pattern.
class Sight {
public:
    Sight(const Picture& written, const Picture& seen) : written_(written), seen_(seen) {}

    /// The mean error of a channel at up to @p looks places that are spread evenly; errors that are
    /// large count as one that is less.
    [[nodiscard]] double error(const Scaling& scaling, Sampler sample, std::size_t looks) const {
        constexpr int most = 64;
        double sum = 0;
        const std::size_t all = visit(scaling, looks, [&](std::uint32_t x, std::uint32_t y) {
            sum += std::min(error_at(scaling, sample, x, y), most);
        });
        return all == 0 ? most : sum / static_cast<double>(all);
    }

    /// The share of the pixels that are as predicted.
    [[nodiscard]] double explained(const Scaling& scaling, Sampler sample) const {
        constexpr std::size_t looks = std::size_t{1} << 18U;
        std::size_t right = 0;
        const std::size_t all = visit(scaling, looks, [&](std::uint32_t x, std::uint32_t y) {
            right += error_at(scaling, sample, x, y) <= rounding ? 1U : 0U;
        });
        return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
    }

private:
    [[nodiscard]] int error_at(const Scaling& scaling, Sampler sample, std::uint32_t x,
                               std::uint32_t y) const {
        return channel_error(
            sample(written_, source_of(scaling.across, x), source_of(scaling.down, y)),
            seen_.at(x, y));
    }

    template <typename Visit>
    [[nodiscard]] std::size_t visit(const Scaling& scaling, std::size_t looks, Visit see) const {
        const auto [left, right] =
            inner(scaling.across, written_.extent().width, seen_.extent().width);
        const auto [top, bottom] =
            inner(scaling.down, written_.extent().height, seen_.extent().height);
        if (left >= right || top >= bottom) {
            return 0;
        }
        const std::size_t width = right - left;
        const std::size_t pixels = width * (bottom - top);
        const std::size_t count = std::min(looks, pixels);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t pixel =
                count == pixels ? i
                                : static_cast<std::size_t>(
                                      std::fmod(static_cast<double>(i) * 0.6180339887498949, 1.0) *
                                      static_cast<double>(pixels));
            see(static_cast<std::uint32_t>(left + pixel % width),
                static_cast<std::uint32_t>(top + pixel / width));
        }
        return count;
    }

    const Picture& written_;
    const Picture& seen_;
};

/// Both ends of an axis, which are easier to search than a factor.
struct Ends {
    double from;
    double to;
};
using Box = std::array<Ends, 2>;

Box box_of(const Scaling& scaling, Extent extent) {
    const auto ends = [](const Axis& axis, std::uint32_t count) {
        return Ends{.from = axis.from, .to = axis.from + axis.scale * count};
    };
    return {ends(scaling.across, extent.width), ends(scaling.down, extent.height)};
}

Scaling scaling_of(const Box& box, Extent extent) {
    const auto axis = [](const Ends& ends, std::uint32_t count) {
        return Axis{.from = ends.from, .scale = (ends.to - ends.from) / count};
    };
    return {.across = axis(box[0], extent.width), .down = axis(box[1], extent.height)};
}

/// The box in whole pixels: most programs scale to these.
Box rounded(const Box& box) {
    const auto ends = [](const Ends& at) {
        return Ends{.from = std::round(at.from), .to = std::round(at.to)};
    };
    return {ends(box[0]), ends(box[1])};
}

/// Moves each end, in steps that become smaller, as long as that makes the error smaller.
Box descend(const Sight& sight, Box box, Extent extent, Sampler sample) {
    constexpr std::size_t looks = 768;
    const auto error = [&](const Box& at) {
        return sight.error(scaling_of(at, extent), sample, looks);
    };
    double least = error(box);
    for (double step = 0.5; step > 0.01; step /= 2) {
        for (bool better = true; better;) {
            better = false;
            for (double Ends::* const end : {&Ends::from, &Ends::to}) {
                for (Ends& ends : box) {
                    for (const double by : {-step, step}) {
                        ends.*end += by;
                        const double now = error(box);
                        if (now < least) {
                            least = now;
                            better = true;
                        } else {
                            ends.*end -= by;
                        }
                    }
                }
            }
        }
    }
    return box;
}

} // namespace

std::string Scaling::factors() const {
    const std::string x = text::format("{:.3g}", across.scale);
    const std::string y = text::format("{:.3g}", down.scale);
    return std::abs(across.scale - down.scale) < 0.01 * across.scale
               ? x
               : text::format("{} across and {} down", x, y);
}

bool Scaling::is_repetition() const {
    const auto is_whole = [](double factor) {
        return std::abs(factor - std::round(factor)) < 0.01;
    };
    return filter == filters.front().name && is_whole(across.scale) && is_whole(down.scale);
}

std::vector<ScaledCode> find_scaled_codes(const Picture& picture) {
    std::vector<ScaledCode> found;
    for (std::uint32_t y = 0; y < picture.extent().height; ++y) {
        const std::vector<Edge> edges = edges_of(picture.row(y));
        for (std::size_t i = 0; i + mark_edges.size() <= edges.size(); ++i) {
            if (const auto code = code_from(std::span(edges).subspan(i), y)) {
                found.push_back(*code);
            }
        }
    }
    return found;
}

std::optional<Scaling> scaling_by(const std::vector<ScaledCode>& codes) {
    Line across;
    Line down;
    std::set<std::uint32_t> rows;
    for (const ScaledCode& code : codes) {
        const double cells = std::tuple_size_v<Cells>;
        across.add(first_column(code), code.left);
        across.add(first_column(code) + cells, code.left + code.cell * cells);
        down.add(code.code.row + 0.5, code.y + 0.5);
        rows.insert(code.code.row);
    }
    const auto x = across.axis();
    const auto y = down.axis();
    if (rows.size() < fewest_rows || !x || !y || x->scale < smallest_cell || y->scale <= 0) {
        return std::nullopt;
    }
    return Scaling{.across = *x, .down = *y};
}

Scaling with_best_filter(const Picture& written, const Picture& seen, Scaling scaling) {
    const Sight sight(written, seen);
    for (const Filter& filter : filters) {
        const double explained = sight.explained(scaling, filter.sample);
        if (explained > scaling.explained) {
            scaling.explained = explained;
            scaling.filter = filter.name;
        }
    }
    return scaling;
}

Scaling fitted(const Picture& written, const Picture& seen, const Scaling& about) {
    const Sight sight(written, seen);
    const Box box = box_of(about, written.extent());
    Scaling best = about;
    for (const Filter& filter : filters) {
        for (const Box& start : {rounded(box), box}) {
            const Box ends = descend(sight, start, written.extent(), filter.sample);
            Scaling scaling = scaling_of(ends, written.extent());
            scaling.explained = sight.explained(scaling, filter.sample);
            scaling.filter = filter.name;
            if (scaling.explained > best.explained) {
                best = scaling;
            }
        }
    }
    return best;
}

} // namespace parallax::demo
