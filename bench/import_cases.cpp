// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include "memory_loops.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/local_buffer.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/vulkan/import/memory.hpp"
#include "parallax/vulkan/import/objects.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::uint64_t largest_part = std::uint64_t{2} << 20;

/// A dma-buf imported as the memory of a buffer.
class Imported {
public:
    Imported(const Importer& importer, const DmaBuf& source, std::uint64_t size)
        : buffer_(detail::create_buffer(*importer.loaded(), size)),
          memory_(import(*importer.loaded(), source)) {
        const detail::LoadedDevice& device = *importer.loaded();
        detail::check(device.BindBufferMemory(device.device, buffer_.get(), memory_.get(), 0),
                      "vkBindBufferMemory");
    }
    Imported(const Imported&) = delete;
    Imported& operator=(const Imported&) = delete;
    ~Imported() { buffer_ = {}; } // before its memory

    [[nodiscard]] vk::Buffer handle() const { return buffer_.get(); }

private:
    [[nodiscard]] detail::Owned<VkDeviceMemory> import(const detail::LoadedDevice& device,
                                                       const DmaBuf& source) const {
        auto memory = detail::import_memory(
            device, source, detail::memory_needs(device, buffer_.get()),
            {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .buffer = buffer_.get()});
        if (!memory) {
            throw std::runtime_error(memory.error());
        }
        return *std::move(memory);
    }

    detail::Owned<VkBuffer> buffer_;
    detail::Owned<VkDeviceMemory> memory_;
};

Iteration begin_import(Source& source, std::uint64_t size, const Context& context) {
    source.prepare(size);
    const auto buffer = std::make_shared<DmaBuf>(source.allocate(size));
    buffer->set_name("parallax bench");
    {
        const Mapping mapping = buffer->map();
        write_words(CpuWrite(mapping).bytes(), 1);
    }
    // The parts are copied to one place, so that the destination costs the same at any size.
    const std::uint64_t part = std::min(size, largest_part);
    const auto copy = std::make_shared<LocalBuffer>(
        context.allocator(), part, vk::BufferUsageFlagBits::eTransferDst, MemoryUse::device);
    // Allocate the destination's pages now: a software device would do so at the first write.
    context.run([&](const vk::raii::CommandBuffer& commands) {
        commands.fillBuffer(copy->handle(), 0, vk::WholeSize, 0);
    });
    return [=, &context](Timings& timings) {
        std::optional<Imported> imported;
        const auto read = [&] {
            context.run([&](const vk::raii::CommandBuffer& commands) {
                for (std::uint64_t offset = 0; offset < size; offset += part) {
                    commands.copyBuffer(
                        imported->handle(), copy->handle(),
                        vk::BufferCopy{.srcOffset = offset, .size = std::min(part, size - offset)});
                    buffer_barrier(commands, copy->handle(), scope::copy_write, scope::copy_write);
                }
            });
        };
        timings.time("import", [&] { imported.emplace(context.importer(), *buffer, size); });
        timings.time("first read", read);
        timings.time("read again", read);
        timings.time("release", [&] { imported.reset(); });
    };
}

} // namespace

Cases import_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                   const std::shared_ptr<VulkanDevice>& device) {
    Cases cases;
    for (const std::uint64_t size : sizes) {
        for (const std::shared_ptr<Source>& source : sources) {
            cases.push_back({"import", source->name(), size,
                             [=] { return begin_import(*source, size, device->context()); }});
        }
    }
    return cases;
}

} // namespace parallax::bench
