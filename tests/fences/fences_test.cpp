// SPDX-License-Identifier: MIT
// The order that fences in a dma-buf enforce. A device (vgem) is late: it has announced that it
// writes, and has not written yet. Whoever reads next, on the CPU or the GPU, must wait for it and
// then see the new picture, never the old one.
#include "../render/machine.hpp"
#include "../vgem.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/drawn_buffer.hpp"
#include "parallax/painter.hpp"
#include "parallax/vulkan/gpu_view.hpp"
#include "parallax/vulkan/shared_image.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace parallax {
namespace {

using test::LateFence;
using test::Vgem;

constexpr Extent extent{.width = 61, .height = 33};

/// A format in which all of a test pattern survives, its alpha too.
const PixelFormat& with_alpha() {
    return *find_pixel_format("ARGB8888");
}

/// Long enough for a reader that does not wait to be caught at it. What passes does not depend on
/// it: a reader that does wait, waits for however long.
void give_it_time_to_go_wrong() {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

class Fences : public testing::Test {
protected:
    std::unique_ptr<Exporter> exporter_ = *open_exporter("exporter");
    Vgem device_;
    DrawnBuffer drawn_{*exporter_, extent, with_alpha()};

    /// What the late device does in the end: it does not ask the kernel for its turn, it has it.
    static void write_as_a_device(const Mapping& mapping, const ImageLayout& layout,
                                  const Picture& picture) {
        const CpuWrite access(mapping, WithoutSync{});
        paint(picture, layout, access.bytes());
    }
};

TEST_F(Fences, IdleBufferLetsEverybodyIn) {
    EXPECT_TRUE(is_idle(drawn_.buffer(), Turn::read));
    EXPECT_TRUE(is_idle(drawn_.buffer(), Turn::write));
    EXPECT_TRUE(SyncFile::export_from(drawn_.buffer(), Turn::write)->signaled());
}

TEST_F(Fences, PollTellsReadersWhenTheWriterIsDone) {
    LateFence writer(device_, drawn_.buffer(), Turn::write);
    EXPECT_FALSE(is_idle(drawn_.buffer(), Turn::read));
    EXPECT_FALSE(is_idle(drawn_.buffer(), Turn::write));
    writer.signal();
    EXPECT_TRUE(is_idle(drawn_.buffer(), Turn::read));
    EXPECT_TRUE(is_idle(drawn_.buffer(), Turn::write));
}

TEST_F(Fences, ReadersDoNotWaitForReaders) {
    LateFence reader(device_, drawn_.buffer(), Turn::read);
    EXPECT_TRUE(is_idle(drawn_.buffer(), Turn::read));
    EXPECT_FALSE(is_idle(drawn_.buffer(), Turn::write));
    static_cast<void>(drawn_.view()); // would wait for ever if it waited
    reader.signal();
    EXPECT_TRUE(is_idle(drawn_.buffer(), Turn::write));
}

TEST_F(Fences, SyncFileStandsForTheFencesOfItsTime) {
    LateFence writer(device_, drawn_.buffer(), Turn::write);
    const auto fences = SyncFile::export_from(drawn_.buffer(), Turn::read);
    ASSERT_TRUE(fences);
    EXPECT_FALSE(fences->signaled());
    writer.signal();
    EXPECT_TRUE(fences->signaled());
}

TEST_F(Fences, ImportedFenceMakesAnotherBufferWait) {
    const DrawnBuffer other(*exporter_, extent, with_alpha());
    LateFence writer(device_, drawn_.buffer(), Turn::write);
    SyncFile::export_from(drawn_.buffer(), Turn::read)->import_into(other.buffer(), Turn::write);
    EXPECT_FALSE(is_idle(other.buffer(), Turn::read));
    writer.signal();
    EXPECT_TRUE(is_idle(other.buffer(), Turn::read));
}

TEST_F(Fences, CpuWaitsForALateWriterAndSeesTheNewPicture) {
    const Picture before = test_pattern(extent, 1);
    const Picture after = test_pattern(extent, 2);
    drawn_.paint(before);
    LateFence writer(device_, drawn_.buffer(), Turn::write);

    std::atomic<bool> has_read = false;
    Picture seen;
    std::thread reader([&] {
        seen = drawn_.view(); // SYNC start waits
        has_read = true;
    });
    give_it_time_to_go_wrong();
    EXPECT_FALSE(has_read) << "the CPU read while a device was still writing";
    write_as_a_device(drawn_.mapping(), drawn_.layout(), after);
    writer.signal();
    reader.join();
    EXPECT_EQ(seen, after);
}

TEST_F(Fences, CpuWaitsForALateReaderBeforeItWrites) {
    drawn_.paint(test_pattern(extent, 1));
    LateFence reader(device_, drawn_.buffer(), Turn::read);
    std::atomic<bool> has_written = false;
    std::thread writer([&] {
        drawn_.paint(test_pattern(extent, 2));
        has_written = true;
    });
    give_it_time_to_go_wrong();
    EXPECT_FALSE(has_written) << "the CPU wrote while a device was still reading";
    EXPECT_EQ(drawn_.view(), test_pattern(extent, 1));
    reader.signal();
    writer.join();
    EXPECT_EQ(drawn_.view(), test_pattern(extent, 2));
}

TEST_F(Fences, WithoutSyncTheOldPictureIsSeen) { // the control: the fence is what makes them wait
    drawn_.paint(test_pattern(extent, 1));
    LateFence writer(device_, drawn_.buffer(), Turn::write);
    const CpuRead access(drawn_.mapping(), WithoutSync{});
    EXPECT_EQ(view(drawn_.layout(), access.bytes()), test_pattern(extent, 1));
}

TEST(SyncFile, IsNotToBeHadFromAFileThatIsNoDmaBuf) {
    UniqueFd file(::memfd_create("no dma-buf", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(file.get(), 4096), 0);
    EXPECT_FALSE(SyncFile::export_from(DmaBuf(std::move(file)), Turn::read));
}

TEST_F(Fences, FileThatIsNoFenceIsNotImported) {
    const SyncFile none(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    EXPECT_THROW(none.import_into(drawn_.buffer(), Turn::write), std::system_error);
}

// The GPU's turns

class GpuFences : public test::ValidatedDevice {
protected:
    void SetUp() override {
        ValidatedDevice::SetUp();
        exporter_ = open("exporter");
        image_.emplace(*SharedImage::create(context(), *exporter_,
                                            {.extent = extent, .format = &with_alpha()}));
        gpu_.emplace(context(), image_->layout());
    }
    void TearDown() override {
        gpu_.reset();
        image_.reset();
        ValidatedDevice::TearDown();
    }

    [[nodiscard]] SharedImage& image() { return *image_; }
    [[nodiscard]] const GpuView& gpu() const { return *gpu_; }

private:
    std::unique_ptr<Exporter> exporter_;
    std::optional<SharedImage> image_;
    std::optional<GpuView> gpu_;
};

TEST_F(GpuFences, ThisDeviceTakesTurnsByFences) {
    const Synchronisation turns = choose_synchronisation(context(), image().buffer());
    EXPECT_TRUE(turns.by_fences) << turns.why_not;
    EXPECT_EQ(turns.name(), "sync_file");
}

TEST_F(GpuFences, GpuWaitsForALateWriterAndSeesTheNewPicture) {
    const Picture after = test_pattern(extent, 2);
    image().paint(test_pattern(extent, 1));
    const Vgem device;
    LateFence writer(device, image().buffer(), Turn::write);

    std::atomic<bool> has_read = false;
    Picture seen;
    std::thread reader([&] {
        seen = gpu().read(image().imported(), image().buffer());
        has_read = true;
    });
    give_it_time_to_go_wrong();
    EXPECT_FALSE(has_read) << "the GPU read while a device was still writing";
    {
        const CpuWrite access(image().mapping(), WithoutSync{});
        paint(after, image().layout(), access.bytes());
    }
    writer.signal();
    reader.join();
    EXPECT_EQ(seen, after);
}

TEST_F(GpuFences, WithoutFencesTheGpuSeesTheOldPicture) { // the control
    image().paint(test_pattern(extent, 1));
    const Vgem device;
    const LateFence writer(device, image().buffer(), Turn::write);
    EXPECT_EQ(gpu().read(image().imported()), test_pattern(extent, 1));
}

TEST_F(GpuFences, CpuSeesWhatTheGpuWroteWithoutWaitingForIt) {
    const Picture picture = test_pattern(extent, 3);
    image().paint(picture);
    const GpuTurn turn = gpu().write_negative(image().imported(), image().buffer());
    const Picture seen = image().cpu_view(); // SYNC start waits, in the kernel
    EXPECT_EQ(seen.at(5, 7).r, 255 - picture.at(5, 7).r);
    EXPECT_TRUE(is_idle(image().buffer(), Turn::write));
}

TEST_F(GpuFences, ManyTurnsInARowStayInOrder) {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        const Picture picture = test_pattern(extent, seed);
        image().paint(picture);
        EXPECT_EQ(gpu().read(image().imported(), image().buffer()), picture) << seed;
    }
}

} // namespace
} // namespace parallax
