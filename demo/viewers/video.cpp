// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/converter.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

/// "stride 1280 at 0 of dma-buf 0" for each plane.
std::string places(const ImageLayout& layout) {
    std::string text;
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        const PlaneLayout& plane = layout.planes.at(i);
        append(text, text::format("stride {} at {} of dma-buf {}", plane.stride, plane.offset,
                                  plane.buffer));
    }
    return text;
}

/// Memory for what the device writes, of the first exporter that this machine has.
std::expected<std::vector<DmaBuf>, Reasons> allocate(const v4l2::StreamFormat& format) {
    Reasons reasons;
    for (const ExporterKind& kind : exporter_kinds()) {
        const OpenedExporter exporter = kind.open(kind);
        if (!exporter) {
            reasons.push_back(exporter.error());
            continue;
        }
        std::vector<DmaBuf> buffers;
        for (std::size_t i = 0; i < format.sizes.size(); ++i) {
            buffers.push_back((*exporter)->allocate(format.buffer_size(i)));
            buffers.back().set_name("parallax view");
        }
        return buffers;
    }
    return std::unexpected(std::move(reasons));
}

/// A memory-to-memory device that reads the memory and writes the same format into its own.
class VideoViewer final : public Viewer {
public:
    VideoViewer(const std::string& wish, Interrupt unwanted) : wish_(wish), unwanted_(unwanted) {}

    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        conversion_.reset(); // before what it borrows
        mappings_.clear();
        buffers_ = std::move(buffers);
        auto converter = v4l2::Converter::open(wish_);
        if (!converter) {
            return std::unexpected(converter.error());
        }
        converter_.emplace(*std::move(converter));
        const auto source = set_format(converter_->source_type(), layout);
        const auto result = source.and_then(
            [&](const auto& /*set*/) { return set_format(converter_->result_type(), layout); });
        if (!result) {
            return std::unexpected(result.error());
        }
        if (source->layout.planes != layout.planes) {
            return std::unexpected(Reasons{
                text::format("{} reads {}x{} {} with {}, and the picture has {}",
                             converter_->device().text(), layout.extent.width, layout.extent.height,
                             layout.format().name, places(source->layout), places(layout))});
        }
        auto written = allocate(*result);
        if (!written) {
            return std::unexpected(written.error());
        }
        written_ = *std::move(written);
        for (const DmaBuf& buffer : written_) {
            mappings_.push_back(buffer.map());
        }
        auto conversion =
            v4l2::Conversion::start(*converter_, {.format = *source, .buffers = buffers_},
                                    {.format = *result, .buffers = written_});
        if (!conversion) {
            return std::unexpected(conversion.error());
        }
        conversion_.emplace(*std::move(conversion));
        result_ = result->layout;
        rows_ = rows_layout(Sight::memory, layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        if (const auto given = conversion_->submit(0, 0); !given) {
            return std::unexpected(given.error());
        }
        const auto done = conversion_->wait(patience, unwanted_.fd);
        if (!done || done->corrupted) {
            throw std::runtime_error(
                done ? "the device marked its picture as corrupted"
                     : text::format("the device gave no picture within {}", patience));
        }
        const ImageLayout placed = done->placed(result_);
        for (std::size_t i = 0; i < placed.format().plane_count; ++i) {
            const PlaneLayout& plane = placed.planes.at(i);
            const CpuRead access(mappings_.at(plane.buffer));
            const auto from = access.bytes().first(placed.end_of(i)).subspan(plane.offset);
            const auto to = rows.subspan(rows_.planes.at(i).offset);
            // Row by row: the device chooses the stride of what it writes.
            const std::uint64_t row = placed.row_bytes(i);
            for (std::uint32_t y = 0; y < placed.plane_extent(i).height; ++y) {
                std::ranges::copy(from.subspan(y * plane.stride, row),
                                  to.subspan(y * rows_.planes.at(i).stride).begin());
            }
        }
        return {};
    }

private:
    static constexpr std::chrono::seconds patience{20}; // for one picture

    /// @return the format, in the picture's extent.
    [[nodiscard]] std::expected<v4l2::StreamFormat, Reasons>
    set_format(std::uint32_t type, const ImageLayout& layout) const {
        v4l2::FormatWishes wishes{.fourccs = {layout.fourcc}, .extent = layout.extent};
        if (layout.format().plane_count > 1) {
            wishes.buffer_each_plane = !layout.in_one_buffer();
        }
        auto format = v4l2::set_format(converter_->device(), type, wishes);
        if (format && format->layout.extent != layout.extent) {
            return std::unexpected(Reasons{text::format(
                "{} takes {}x{} pixels, and the picture has {}x{}", converter_->device().text(),
                format->layout.extent.width, format->layout.extent.height, layout.extent.width,
                layout.extent.height)});
        }
        return format;
    }

    std::string wish_;
    Interrupt unwanted_;
    std::optional<v4l2::Converter> converter_;
    std::vector<DmaBuf> buffers_;
    std::vector<DmaBuf> written_;
    std::vector<Mapping> mappings_; // of what it writes
    std::optional<v4l2::Conversion> conversion_;
    ImageLayout result_;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Viewer> open_video(const ViewerOptions& options, Interrupt unwanted) {
    return std::make_unique<VideoViewer>(options.video, unwanted);
}

} // namespace parallax::demo
