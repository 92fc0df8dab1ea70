// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/sync_file.hpp"
#include "parallax/vulkan/semaphore.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parallax {

/// How the accesses of the GPU and of others to a dma-buf are kept apart.
struct Synchronisation {
    /// By fences in the dma-buf: the kernel lets everybody wait for the GPU, and the GPU for them.
    /// Otherwise by waiting: for the others before the GPU begins, for the GPU before it goes on.
    bool by_fences = false;
    std::string why_not = {}; ///< fences are not used; empty when they are

    /// "sync_file" or "wait", for verdicts.
    [[nodiscard]] std::string_view name() const { return by_fences ? "sync_file" : "wait"; }
};

/// What this device and this kernel can do together.
[[nodiscard]] Synchronisation choose_synchronisation(const Context& context, const DmaBuf& buffer);

/// Work of the GPU that accesses a dma-buf: it begins when earlier accesses are over, and later
/// ones (the CPU's SYNC start, another driver, another process) wait until it is over. With fences,
/// submit() does not wait: the work may still be going on when it returns.
///
/// Owns what the GPU needs meanwhile; its end waits for the GPU. The Context must outlive it.
class Submission {
public:
    /// Records what the GPU is to do.
    using Record = std::function<void(const vk::raii::CommandBuffer&)>;

    /// @param access what the recorded commands do with the memory.
    /// @throws vk::SystemError, std::system_error.
    [[nodiscard]] static Submission submit(const Context& context, const DmaBuf& buffer,
                                           Access access, const Record& record);

    /// The same for a picture in several dma-bufs. It waits here for the fences in all but the
    /// first, and its own is in the first only, so wait() is due before the others are used.
    [[nodiscard]] static Submission submit(const Context& context, std::span<const DmaBuf> buffers,
                                           Access access, const Record& record);

    /// Leaves the other one without work.
    Submission(Submission&&) noexcept = default;
    /// Waits for the work that it had; leaves the other one without work.
    Submission& operator=(Submission&&) noexcept = default;
    Submission(const Submission&) = delete;
    Submission& operator=(const Submission&) = delete;
    ~Submission() = default;

    /// Waits until the GPU is done, for what is not in the dma-buf: a picture to read back.
    /// @throws vk::SystemError, vk::DeviceLostError among them.
    void wait() const;

private:
    Submission() = default;

    /// Work that the GPU may still be at.
    struct Pending {
        explicit Pending(const Context& context);
        Pending(const Pending&) = delete;
        Pending& operator=(const Pending&) = delete;
        Pending(Pending&&) = delete;
        Pending& operator=(Pending&&) = delete;
        ~Pending();

        const vk::raii::Device& device;
        Semaphore before;
        Semaphore after;
        vk::raii::Fence done;
        vk::raii::CommandBuffer commands;
        bool submitted = false;
    };

    std::unique_ptr<Pending> pending_; // null: it is over
};

} // namespace parallax
