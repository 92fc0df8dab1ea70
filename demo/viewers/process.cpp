// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "parallax/dmabuf/cpu_access.hpp"

#include <algorithm>
#include <optional>

namespace parallax::demo {
namespace {

class ProcessViewer final : public Viewer {
public:
    std::expected<void, Reasons> show(DmaBuf buffer, const ImageLayout& layout) override {
        mapping_.emplace(buffer.map());
        offset_ = layout.planes[0].offset;
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        const CpuRead access(*mapping_);
        std::ranges::copy(access.bytes().subspan(offset_, rows.size()), rows.begin());
        return {};
    }

private:
    std::optional<Mapping> mapping_;
    std::uint64_t offset_ = 0;
};

} // namespace

std::unique_ptr<Viewer> open_process(const ViewerOptions& /*options*/, Interrupt /*unwanted*/) {
    return std::make_unique<ProcessViewer>();
}

} // namespace parallax::demo
