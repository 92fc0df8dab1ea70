// SPDX-License-Identifier: MIT
#pragma once

#include "window/panel_renderer.hpp"

#include "offscreen/context.hpp"
#include "offscreen/swapchain_target.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace parallax::demo {

/// The frames in flight: their command buffers, fences, semaphores and time stamps.
///
/// A frame is prepared while the one before it is drawn. The CPU waits in two places: for its own
/// slot, which is two frames old; and, only where memory is handed over, for the frame before.
class FramesInFlight {
public:
    explicit FramesInFlight(const Context& context);
    ~FramesInFlight(); ///< waits until nothing is in flight
    FramesInFlight(const FramesInFlight&) = delete;
    FramesInFlight& operator=(const FramesInFlight&) = delete;
    FramesInFlight(FramesInFlight&&) = delete;
    FramesInFlight& operator=(FramesInFlight&&) = delete;

    /// The slot of the next frame.
    [[nodiscard]] std::size_t slot() const noexcept { return frame_ % frames_in_flight; }

    /// Waits until the slot is free. @return whether it was used before, so has results.
    [[nodiscard]] bool wait_for_slot();

    /// Waits until the frame before is done, and with it all others: then the CPU may write the
    /// shared memory, and see what the GPU wrote.
    void wait_for_all();

    /// Signalled when the window system has given the image to copy into.
    [[nodiscard]] vk::Semaphore ready() const { return *slots_[slot()].ready; }

    /// Begins to record, with a time stamp.
    [[nodiscard]] const vk::raii::CommandBuffer& begin();

    /// Ends the recording and submits; the GPU waits for ready() before it copies, and signals
    /// @p filled. The next frame begins.
    void submit(vk::Semaphore filled);

    /// Milliseconds that the GPU took for the last use of the slot; 0 where it has no clock.
    [[nodiscard]] float gpu_milliseconds(std::size_t slot) const;

private:
    struct Slot {
        vk::raii::CommandBuffer commands = nullptr;
        vk::raii::Fence done = nullptr;
        vk::raii::Semaphore ready = nullptr;
        bool in_flight = false;
        bool used = false;
    };

    void wait(Slot& slot);

    const Context& context_;
    std::array<Slot, frames_in_flight> slots_;
    vk::raii::QueryPool stamps_;
    float nanoseconds_per_tick_ = 0; // 0: the queue has no time stamps
    std::uint64_t frame_ = 0;
};

} // namespace parallax::demo
