import { useEffect, useRef, useState } from "react";
import { signedDifference } from "../../pictures/difference.ts";
import { diverging } from "../../pictures/diverging.ts";
import type { ReportPicture } from "../../report/data.ts";

interface Props {
  readonly picture: ReportPicture;
  /** 0 is the input, 1 the reconstruction, the last the counterfactual. */
  readonly frame: number;
  /** What a screen reader says; empty for decoration. */
  readonly label: string;
}

/** The loaded frames of a picture; undefined until they are there. */
function useSprite(source: string): HTMLImageElement | undefined {
  const [loaded, setLoaded] = useState<HTMLImageElement>();
  useEffect(() => {
    let current = true;
    const image = new Image();
    image.src = source;
    image.decode().then(
      () => current && setLoaded(image),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [source]);
  return loaded;
}

/** Enlarges small pictures in the canvas, where the interpolation is better than the browser's for elements. */
function scaleOf({ width }: ReportPicture, size: number): number {
  return Math.max(1, Math.min(6, Math.round(size / width)));
}

/** One frame of a counterfactual, drawn about `size` pixels wide. */
export function Frame({ picture, frame, label, size = 384 }: Props & { readonly size?: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sprite = useSprite(picture.sprite);
  const { width, height } = picture;
  const scale = scaleOf(picture, size);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (sprite === undefined || context == null) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(sprite, frame * width, 0, width, height, 0, 0, width * scale, height * scale);
  }, [sprite, frame, width, height, scale]);
  return <canvas ref={canvas} className="frame" width={width * scale} height={height * scale} {...spoken(label)} />;
}

/** Frame − reconstruction, signed: darker is blue, lighter is red. */
export function DifferenceFrame({ picture, frame, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sprite = useSprite(picture.sprite);
  const { width, height } = picture;
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true });
    if (sprite === undefined || context == null) return;
    const pixels = (at: number) => {
      context.drawImage(sprite, at * width, 0, width, height, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      return { data: new Uint8Array(data.buffer), width, height, channels: 4 } as const;
    };
    const before = pixels(1);
    const image = context.createImageData(width, height);
    // Strength is opacity, so that "no change" is the ground of either theme.
    signedDifference(before, pixels(frame)).forEach((value, pixel) => {
      image.data.set([...diverging(Math.sign(value)), 255 * Math.abs(value)], pixel * 4);
    });
    context.putImageData(image, 0, 0);
  }, [sprite, frame, width, height]);
  return <canvas ref={canvas} className="frame" width={width} height={height} {...spoken(label)} />;
}

function spoken(label: string) {
  return label === "" ? ({ "aria-hidden": true } as const) : ({ role: "img", "aria-label": label } as const);
}
