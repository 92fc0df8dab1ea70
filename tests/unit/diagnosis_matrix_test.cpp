// SPDX-License-Identifier: MIT
// Every kind of mistake, each made in many pictures of random sizes, formats and paddings, some of
// them with a few pixels that are wrong besides: at least nine of ten are named, and none is called
// by another name.
#include "diagnosis/diagnosis.hpp"

#include "diagnosis/sampling.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

using testing::HasSubstr;

constexpr int cases_of_each = 14;

/// Numbers that are the same in every run.
class Chance {
public:
    explicit Chance(std::uint32_t seed) : numbers_(seed) {}

    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(numbers_() % end); }
    template <typename All>
    auto one_of(const All& all) {
        return all[below(static_cast<std::uint32_t>(std::size(all)))];
    }

private:
    std::mt19937 numbers_;
};

/// A photo, a desktop, a drawing or a ramp; alpha varies too.
Picture draw(Chance& chance, Extent extent) {
    const std::uint32_t kind = chance.below(4);
    const double phase = chance.below(1000) / 50.0;
    const double fx = 0.01 + chance.below(30) / 500.0;
    const double fy = 0.01 + chance.below(30) / 500.0;
    const std::uint32_t seed = chance.below(50);
    const auto byte = [](double value) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
    };
    Picture picture(extent);
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        for (std::uint32_t x = 0; x < extent.width; ++x) {
            const auto wave = [&](double more) {
                return 128 + 50 * std::sin(x * fx + phase + more) +
                       45 * std::cos(y * fy + 2 * more) +
                       30 * std::sin((x + 2.0 * y) * 0.02 + more);
            };
            Rgba8& pixel = picture.at(x, y);
            const bool is_text = (x * 7 + y / 6 * 13 + seed) % 11 < 4 && y % 6 < 4;
            switch (kind) {
            case 0: // with grain, as a photo has
                pixel = {.r = byte(wave(0) + (x * 31 + y * 17) % 7),
                         .g = byte(wave(1) + (x * 13 + y * 29) % 5),
                         .b = byte(wave(2) + (x * 11 + y * 7) % 6)};
                break;
            case 1: // windows on a ground that changes slowly
                pixel = x % 90 > 14 && y % 50 > 8 && (x / 90 + y / 50 + seed) % 3 != 0
                            ? (is_text ? Rgba8{.r = 20, .g = 24, .b = 20}
                                       : Rgba8{.r = 250, .g = byte(250 - x / 8.0), .b = 245})
                            : Rgba8{.r = byte(30 + x / 3.0),
                                    .g = byte(90 + y / 2.0),
                                    .b = byte(160 - x / 4.0)};
                break;
            case 2: // noise
                pixel =
                    test_pattern({.width = 1, .height = 1}, x * 7919 + y * 104729 + seed).at(0, 0);
                break;
            default:
                pixel = {.r = byte(255.0 * x / extent.width),
                         .g = byte(255.0 * y / extent.height),
                         .b = static_cast<std::uint8_t>(x * 3 + y * 5 + seed)};
            }
            pixel.a = static_cast<std::uint8_t>(70 + (x + 3 * y + seed) % 180);
        }
    }
    return picture;
}

/// A picture in memory, behind which there is other memory.
struct WrittenFrame {
    ImageLayout layout;
    std::vector<std::byte> memory;
    Picture picture;
    Picture before; ///< what was there before

    [[nodiscard]] Picture read(const ImageLayout& wrong) {
        memory.resize(std::max<std::size_t>(memory.size(), wrong.size()));
        return read_pixels(wrong, memory);
    }
    [[nodiscard]] std::vector<std::byte> memory_before() const {
        std::vector<std::byte> all(memory.size());
        write_pixels(before, layout, all);
        return all;
    }
};

/// What is seen of what was written, and words that the sentence must have.
struct Seen {
    Picture picture;
    std::string words;
    bool has_before = false; ///< it is known what was there before
};

struct Mistake {
    std::string_view name;
    Seen (*make)(Chance& chance, WrittenFrame& written);
    std::optional<std::uint32_t> fourcc = {}; ///< any by default
    std::uint64_t row_unit = 1;               ///< bytes of which the stride is a multiple
    Extent least = {.width = 100, .height = 40};
    bool is_exact = false; ///< one wrong pixel makes it another mistake
};

template <typename Convert>
Picture each_pixel(Picture picture, Convert convert) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel = convert(pixel);
    }
    return picture;
}

template <typename Convert>
Picture each_channel(const Picture& picture, Convert convert) {
    return each_pixel(picture, [&](const Rgba8& pixel) {
        const auto byte = [&](std::uint8_t in) {
            return static_cast<std::uint8_t>(std::lround(std::clamp<double>(convert(in), 0, 255)));
        };
        return Rgba8{.r = byte(pixel.r), .g = byte(pixel.g), .b = byte(pixel.b), .a = pixel.a};
    });
}

template <typename Source>
Picture each_place(const Picture& picture, Source source) {
    Picture seen(picture.extent(), {.r = 0, .g = 0, .b = 0});
    for (std::uint32_t y = 0; y < seen.extent().height; ++y) {
        for (std::uint32_t x = 0; x < seen.extent().width; ++x) {
            const auto [from_x, from_y] = source(x, y);
            if (from_x < seen.extent().width && from_y < seen.extent().height) {
                seen.at(x, y) = picture.at(from_x, from_y);
            }
        }
    }
    return seen;
}
using At = std::pair<std::uint32_t, std::uint32_t>;

/// Words of 4 bytes read as channels that begin at these bits, each of @p bits; alpha is opaque.
Picture words_as(const WrittenFrame& it, std::array<std::uint32_t, 3> at, std::uint32_t bits,
                 std::uint32_t bytes = 4) {
    Picture seen(it.layout.extent);
    for (std::uint32_t y = 0; y < seen.extent().height; ++y) {
        for (std::uint32_t x = 0; x < seen.extent().width; ++x) {
            std::uint32_t word = 0;
            std::memcpy(&word, it.memory.data() + it.layout.offset_of(x, y), bytes);
            const std::uint32_t most = (1U << bits) - 1;
            const auto channel = [&](std::uint32_t lowest) {
                return static_cast<std::uint8_t>(
                    std::lround((word >> lowest & most) * 255.0 / most));
            };
            seen.at(x, y) = {.r = channel(at[0]), .g = channel(at[1]), .b = channel(at[2])};
        }
    }
    return seen;
}

/// Moves bytes between linear memory and tiles whose rows follow each other. The last tiles are
/// whole, too.
std::vector<std::byte> moved_by_tiles(const WrittenFrame& it, std::uint64_t width,
                                      std::uint64_t rows, bool to_tiles) {
    std::vector<std::byte> moved(it.memory.size());
    const std::uint64_t stride = it.layout.planes[0].stride;
    for (std::uint64_t y = 0; y < (it.layout.extent.height + rows - 1) / rows * rows; ++y) {
        for (std::uint64_t x = 0; x < stride; ++x) {
            const std::uint64_t tile = (y / rows * (stride / width) + x / width) * width * rows +
                                       y % rows * width + x % width;
            (to_tiles ? moved[tile] : moved[y * stride + x]) =
                to_tiles ? it.memory[y * stride + x] : it.memory[tile];
        }
    }
    return moved;
}

Seen tiled(Chance& chance, WrittenFrame& it, bool to_tiles) {
    const std::uint64_t width = chance.one_of(std::array<std::uint64_t, 4>{64, 128, 256, 512});
    const std::uint64_t rows = chance.one_of(std::array<std::uint64_t, 3>{4, 8, 16});
    return {.picture = read_pixels(it.layout, moved_by_tiles(it, width, rows, to_tiles)),
            .words = text::format("{} in tiles of {} bytes and {} rows",
                                  to_tiles ? "written" : "and read", width, rows)};
}

/// Parts of what was there before: whole blocks of memory.
Seen stale(Chance& chance, WrittenFrame& it, std::size_t block, std::string words) {
    std::vector<std::byte> mixed = it.memory;
    const std::vector<std::byte> old = it.memory_before();
    const std::uint32_t one_in = 2 + chance.below(6);
    for (std::size_t at = 0; at + block <= mixed.size(); at += block) {
        if (at / block % one_in == 1) {
            std::memcpy(mixed.data() + at, old.data() + at, block);
        }
    }
    return {
        .picture = read_pixels(it.layout, mixed), .words = std::move(words), .has_before = true};
}

const std::array mistakes{
    Mistake{"stride",
            [](Chance& chance, WrittenFrame& it) {
                ImageLayout wrong = it.layout;
                wrong.planes[0].stride += 4ULL * (1 + chance.below(90));
                return Seen{it.read(wrong),
                            text::format("written {} bytes apart, and read {} bytes",
                                         it.layout.planes[0].stride, wrong.planes[0].stride)};
            }},
    Mistake{"offset",
            [](Chance& chance, WrittenFrame& it) {
                ImageLayout wrong = it.layout;
                wrong.planes[0].offset = 4096 + 4ULL * (1 + chance.below(600));
                return Seen{it.read(wrong),
                            text::format("and read from byte {}", wrong.planes[0].offset)};
            }},
    Mistake{"red and blue exchanged",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_pixel(it.picture,
                                       [](Rgba8 pixel) {
                                           std::swap(pixel.r, pixel.b);
                                           return pixel;
                                       }),
                            "format: written as"};
            }},
    Mistake{"alpha read as colour",
            [](Chance&, WrittenFrame& it) {
                return Seen{words_as(it, {24, 16, 8}, 8), "read as RGBX8888"};
            },
            DRM_FORMAT_ARGB8888},
    Mistake{"alpha ignored",
            [](Chance&, WrittenFrame& it) {
                return Seen{words_as(it, {16, 8, 0}, 8), "read as XRGB8888"};
            },
            DRM_FORMAT_ARGB8888},
    Mistake{"565 taken for 1555",
            [](Chance&, WrittenFrame& it) {
                return Seen{words_as(it, {10, 5, 0}, 5, 2), "read as XRGB1555"};
            },
            DRM_FORMAT_RGB565},
    Mistake{"10 bits for 8",
            [](Chance&, WrittenFrame& it) {
                return Seen{words_as(it, {20, 10, 0}, 10), "read as XRGB2101010"};
            },
            DRM_FORMAT_XRGB8888},
    Mistake{"tiled memory read as linear",
            [](Chance& chance, WrittenFrame& it) { return tiled(chance, it, true); },
            std::nullopt,
            512,
            {.width = 128, .height = 64}},
    Mistake{"linear memory read in tiles",
            [](Chance& chance, WrittenFrame& it) { return tiled(chance, it, false); },
            std::nullopt,
            512,
            {.width = 128, .height = 64}},
    Mistake{"limited for full range",
            [](Chance&, WrittenFrame& it) {
                return Seen{
                    each_channel(it.picture, [](double in) { return (in - 16) * 255 / 219; }),
                    "full range was read as limited"};
            }},
    Mistake{"full for limited range",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_channel(it.picture, [](double in) { return 16 + in * 219 / 255; }),
                            "limited range was read as full"};
            }},
    Mistake{"sRGB encoded twice",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_channel(it.picture,
                                         [](double in) {
                                             const double x = in / 255;
                                             return 255 *
                                                    (x <= 0.0031308
                                                         ? 12.92 * x
                                                         : 1.055 * std::pow(x, 1 / 2.4) - 0.055);
                                         }),
                            "sRGB was encoded twice"};
            }},
    Mistake{"premultiplied alpha",
            [](Chance&, WrittenFrame& it) {
                return Seen{
                    each_pixel(it.picture,
                               [](const Rgba8& in) {
                                   const auto times = [&in](int value) {
                                       return static_cast<std::uint8_t>((value * in.a + 127) / 255);
                                   };
                                   return Rgba8{times(in.r), times(in.g), times(in.b), in.a};
                               }),
                    "multiplied by alpha"};
            },
            DRM_FORMAT_ABGR8888},
    Mistake{"shown on black by its alpha",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_pixel(it.picture,
                                       [](const Rgba8& in) {
                                           const auto times = [&in](int value) {
                                               return static_cast<std::uint8_t>(
                                                   (value * in.a + 127) / 255);
                                           };
                                           return Rgba8{times(in.r), times(in.g), times(in.b), 255};
                                       }),
                            "multiplied by alpha, and shown on black"};
            },
            DRM_FORMAT_ARGB8888},
    Mistake{"601 for 709",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_pixel(it.picture,
                                       [](const Rgba8& in) {
                                           const double y =
                                               0.299 * in.r + 0.587 * in.g + 0.114 * in.b;
                                           const double cb = (in.b - y) / 1.772;
                                           const double cr = (in.r - y) / 1.402;
                                           const auto byte = [](double value) {
                                               return static_cast<std::uint8_t>(
                                                   std::lround(std::clamp(value, 0.0, 255.0)));
                                           };
                                           return Rgba8{byte(y + 1.5748 * cr),
                                                        byte(y - 0.1873 * cb - 0.4681 * cr),
                                                        byte(y + 1.8556 * cb), in.a};
                                       }),
                            "BT.601 was read as BT.709"};
            }},
    Mistake{"old cache lines",
            [](Chance& chance, WrittenFrame& it) {
                return stale(chance, it, 64, "old content in whole lines of 64 bytes");
            }},
    Mistake{"old pages",
            [](Chance& chance, WrittenFrame& it) {
                return stale(chance, it, 4096, "old content in whole pages");
            },
            std::nullopt,
            1,
            {.width = 160, .height = 100}},
    Mistake{"an older frame",
            [](Chance&, WrittenFrame& it) {
                return Seen{it.before, "nothing of the last write is seen", true};
            }},
    Mistake{"cut off at a page, then zero",
            [](Chance& chance, WrittenFrame& it) {
                const std::size_t pages = it.layout.size() / 4096;
                const std::size_t end =
                    (pages / 3 + chance.below(static_cast<std::uint32_t>(pages / 2))) * 4096;
                std::vector<std::byte> memory = it.memory;
                std::fill(memory.begin() + static_cast<std::ptrdiff_t>(end), memory.end(),
                          std::byte{0});
                return Seen{read_pixels(it.layout, memory),
                            text::format("right up to byte {}, the end of a page, then zero", end)};
            },
            std::nullopt,
            1,
            {.width = 160, .height = 100},
            true},
    Mistake{"other pages behind",
            [](Chance& chance, WrittenFrame& it) {
                const std::size_t pages = it.layout.size() / 4096;
                const std::size_t end =
                    (pages / 3 + chance.below(static_cast<std::uint32_t>(pages / 3))) * 4096;
                std::vector<std::byte> memory = it.memory;
                const std::vector<std::byte> old = it.memory_before();
                std::ranges::copy(old.begin() + static_cast<std::ptrdiff_t>(end), old.end(),
                                  memory.begin() + static_cast<std::ptrdiff_t>(end));
                return Seen{
                    read_pixels(it.layout, memory),
                    text::format("right up to byte {}, the end of a page, then other", end)};
            },
            std::nullopt,
            1,
            {.width = 160, .height = 100},
            true},
    Mistake{"upside down",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_place(it.picture,
                                       [h = it.layout.extent.height](auto x, auto y) {
                                           return At{x, h - 1 - y};
                                       }),
                            "upside down"};
            }},
    Mistake{"mirrored",
            [](Chance&, WrittenFrame& it) {
                return Seen{each_place(it.picture,
                                       [w = it.layout.extent.width](auto x, auto y) {
                                           return At{w - 1 - x, y};
                                       }),
                            "mirrored"};
            }},
    Mistake{"cropped",
            [](Chance& chance, WrittenFrame& it) {
                const std::uint32_t right = 1 + chance.below(30);
                const std::uint32_t down = 1 + chance.below(15);
                return Seen{
                    each_place(it.picture, [=](auto x, auto y) { return At{x + right, y + down}; }),
                    text::format("moved by {} pixel{} to the left and {} pixel{} up", right,
                                 right == 1 ? "" : "s", down, down == 1 ? "" : "s")};
            }},
    Mistake{"enlarged",
            [](Chance& chance, WrittenFrame& it) {
                const std::uint32_t by = 2 + chance.below(3);
                return Seen{
                    each_place(it.picture, [=](auto x, auto y) { return At{x / by, y / by}; }),
                    text::format("{} times as large", by)};
            }},
    Mistake{"enlarged with a filter",
            [](Chance& chance, WrittenFrame& it) {
                const double by = chance.one_of(std::array{1.25, 1.5, 2.0, 3.0});
                Picture seen(it.layout.extent);
                for (std::uint32_t y = 0; y < seen.extent().height; ++y) {
                    for (std::uint32_t x = 0; x < seen.extent().width; ++x) {
                        seen.at(x, y) = sample_linear(it.picture, (x + 0.5) / by, (y + 0.5) / by);
                    }
                }
                return Seen{seen, text::format("{} times as large, with a linear filter", by)};
            }},
    Mistake{"a decoy that is zero",
            [](Chance&, WrittenFrame& it) {
                const std::vector<std::byte> zero(it.memory.size());
                return Seen{read_pixels(it.layout, zero), "all of it is zero"};
            },
            std::nullopt,
            1,
            {.width = 100, .height = 40},
            true},
    Mistake{"one colour",
            [](Chance& chance, WrittenFrame& it) {
                const auto value = static_cast<std::uint8_t>(1 + chance.below(250));
                return Seen{Picture(it.layout.extent, {.r = value, .g = 10, .b = 90}),
                            "other memory: all of it is #"};
            },
            std::nullopt,
            1,
            {.width = 100, .height = 40},
            true},
};

WrittenFrame written_for(Chance& chance, const Mistake& mistake) {
    const Extent extent{.width = mistake.least.width + chance.below(130),
                        .height = mistake.least.height + chance.below(60)};
    const std::uint32_t fourcc = mistake.fourcc.value_or(chance.one_of(rgb_fourccs()));
    const std::uint64_t padded = std::uint64_t{extent.width} * format_of(fourcc).bytes() +
                                 chance.one_of(std::array<std::uint64_t, 3>{0, 64, 200});
    const std::uint64_t stride =
        (padded + mistake.row_unit - 1) / mistake.row_unit * mistake.row_unit;
    const bool has_offset = mistake.row_unit == 1 && mistake.name != "cropped";
    WrittenFrame written{.layout = packed_layout(extent, fourcc, stride, has_offset ? 4096 : 0)};
    written.memory.resize(written.layout.size() + 65536);
    write_pixels(draw(chance, extent), written.layout, written.memory);
    written.picture = read_pixels(written.layout, written.memory);
    std::vector<std::byte> other(written.memory.size());
    write_pixels(draw(chance, extent), written.layout, other);
    written.before = read_pixels(written.layout, other);
    return written;
}

/// Makes a few pixels wrong: fewer than the mistake did, since of those that are wrong, a cause
/// must explain nearly all.
void damage(Chance& chance, Picture& picture, const Picture& written) {
    std::uint64_t different = 0;
    for (std::size_t i = 0; i < picture.pixels().size(); ++i) {
        different += picture.pixels()[i] != written.pixels()[i] ? 1 : 0;
    }
    const std::uint64_t count = different / 60;
    for (std::uint64_t i = 0; i < count; ++i) {
        Rgba8& pixel =
            picture.pixels()[chance.below(static_cast<std::uint32_t>(picture.pixels().size()))];
        pixel.g = static_cast<std::uint8_t>(pixel.g ^ 0x55U);
    }
}

class Matrix : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(, Matrix, testing::Range(std::size_t{0}, mistakes.size()),
                         [](const auto& instance) {
                             std::string name(mistakes.at(instance.param).name);
                             std::ranges::replace_if(
                                 name, [](unsigned char c) { return !std::isalnum(c); }, '_');
                             return name;
                         });

TEST_P(Matrix, IsNamed) {
    const Mistake& mistake = mistakes.at(GetParam());
    Chance chance(static_cast<std::uint32_t>(GetParam() + 100));
    int made = 0;
    int named = 0;
    std::string unknown;
    for (int i = 0; i < cases_of_each; ++i) {
        WrittenFrame it = written_for(chance, mistake);
        Seen seen = mistake.make(chance, it);
        if (i % 4 == 3 && !mistake.is_exact) {
            damage(chance, seen.picture, it.picture);
        }
        const auto diagnosis =
            diagnose(it.picture, it.layout, seen.picture, seen.has_before ? &it.before : nullptr);
        if (!diagnosis) {
            continue; // it does not show in this picture
        }
        ++made;
        const std::string picture = text::format(
            "{}: {}x{} {}, stride {}", i, it.layout.extent.width, it.layout.extent.height,
            it.layout.format().name, it.layout.planes[0].stride);
        if (diagnosis->cause == Cause::unknown) {
            unknown += picture + ": " + diagnosis->sentence + ", not: " + seen.words + "\n";
            continue;
        }
        ++named;
        EXPECT_THAT(diagnosis->sentence, HasSubstr(seen.words)) << picture;
    }
    EXPECT_GE(named * 10, made * 9) << named << " of " << made << "\n" << unknown;
    EXPECT_GE(made, cases_of_each / 2);
}

} // namespace
} // namespace parallax::demo
