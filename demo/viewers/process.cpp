// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "parallax/dmabuf/mapping.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace parallax::demo {
namespace {

class ProcessViewer final : public Viewer {
public:
    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        mappings_.clear();
        for (const DmaBuf& buffer : buffers) {
            mappings_.push_back(buffer.map());
        }
        layout_ = layout;
        rows_ = rows_layout(Sight::memory, layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        for (std::size_t i = 0; i < layout_.format().plane_count; ++i) {
            const PlaneLayout& plane = layout_.planes.at(i);
            const CpuRead access(mappings_.at(plane.buffer));
            std::ranges::copy(access.bytes().first(layout_.end_of(i)).subspan(plane.offset),
                              rows.subspan(rows_.planes.at(i).offset).begin());
        }
        return {};
    }

private:
    std::vector<Mapping> mappings_;
    ImageLayout layout_;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Viewer> open_process(const ViewerOptions& /*options*/, Interrupt /*unwanted*/) {
    return std::make_unique<ProcessViewer>();
}

} // namespace parallax::demo
