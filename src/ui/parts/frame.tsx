import { useEffect, useRef, useState } from "react";
import { signedDifference } from "../../pictures/difference.ts";
import { overlay } from "../../pictures/saliency-map.ts";
import type { ReportPicture, Tiles } from "../../report/data.ts";
import { useTheme } from "./use-theme.ts";

/** A picture that is part of a larger one. */
export interface Cut {
  /** Data URI of the larger one. */
  readonly source: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Where it lies in a picture of equal tiles. */
  readonly of?: { readonly columns: number; readonly rows: number; readonly column: number; readonly row: number };
}

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
function scaleOf({ width }: Pick<Cut, "width">, size: number): number {
  return Math.max(1, Math.min(6, Math.round(size / width)));
}

/** One frame of a kept counterfactual. */
export function cutOf({ sprite, width, height }: ReportPicture, frame: number): Cut {
  return { source: sprite, left: frame * width, top: 0, width, height };
}

/** One of `count` equal tiles. */
export function tileCut(tiles: Omit<Tiles, "images">, place: number, count: number): Cut {
  const { source, width, height, columns } = tiles;
  const [column, row] = [place % columns, Math.floor(place / columns)];
  const of = { columns, rows: Math.ceil(count / columns), column, row };
  return { source, left: column * width, top: row * height, width, height, of };
}

/** One frame of a counterfactual, drawn about `size` pixels wide. */
export function Frame({ picture, frame, label, size = 384 }: Props & { readonly size?: number }) {
  return <CutFrame cut={cutOf(picture, frame)} label={label} size={size} />;
}

/** A part of a picture, drawn about `size` pixels wide. */
export function CutFrame({
  cut,
  label,
  size = 384,
}: {
  readonly cut: Cut;
  readonly label: string;
  readonly size?: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sprite = useSprite(cut.source);
  const { left, top, width, height } = cut;
  const scale = scaleOf(cut, size);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (sprite === undefined || context == null) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(sprite, left, top, width, height, 0, 0, width * scale, height * scale);
  }, [sprite, left, top, width, height, scale]);
  return <canvas ref={canvas} className="frame" width={width * scale} height={height * scale} {...spoken(label)} />;
}

/** Frame − reconstruction, signed: darker is blue, lighter is red. */
export function DifferenceFrame({ picture, frame, label }: Props) {
  return <DifferenceOfCuts before={cutOf(picture, 1)} after={cutOf(picture, frame)} label={label} />;
}

/** After − before of two parts of pictures, signed. */
export function DifferenceOfCuts(props: { readonly before: Cut; readonly after: Cut; readonly label: string }) {
  const { before, after, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [first, second] = [useSprite(before.source), useSprite(after.source)];
  const theme = useTheme();
  const { width, height } = before;
  const [fromLeft, fromTop, toLeft, toTop] = [before.left, before.top, after.left, after.top];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides what the page's colours are
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true });
    if (canvas.current === null || first === undefined || second === undefined || context == null) return;
    const style = getComputedStyle(canvas.current);
    const [darker, lighter] = [rgbOf(style.getPropertyValue("--neg")), rgbOf(style.getPropertyValue("--pos"))];
    const pixels = (sprite: HTMLImageElement, left: number, top: number) => {
      context.clearRect(0, 0, width, height);
      context.drawImage(sprite, left, top, width, height, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      return { data: new Uint8Array(data.buffer), width, height, channels: 4 } as const;
    };
    const image = context.createImageData(width, height);
    // Strength is opacity, so that "no change" is the ground of either theme; light on dark is seen later than dark on light.
    const power = theme === "dark" ? 0.65 : 1;
    signedDifference(pixels(first, fromLeft, fromTop), pixels(second, toLeft, toTop)).forEach((value, pixel) => {
      image.data.set([...(value < 0 ? darker : lighter), 255 * Math.abs(value) ** power], pixel * 4);
    });
    context.putImageData(image, 0, 0);
  }, [first, second, width, height, fromLeft, fromTop, toLeft, toTop, theme]);
  return <canvas ref={canvas} className="frame" width={width} height={height} {...spoken(label)} />;
}

/** Where a map is bright over its picture in pale: the redder, the more a pixel counts. */
export function MapFrame(props: { readonly cut: Cut; readonly map: Cut; readonly label: string }) {
  const { cut, map, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [picture, grey] = [useSprite(cut.source), useSprite(map.source)];
  const scale = scaleOf(cut, 192);
  const [width, height] = [cut.width * scale, cut.height * scale];
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true });
    if (picture === undefined || grey === undefined || context == null) return;
    context.imageSmoothingQuality = "high";
    const drawn = (sprite: HTMLImageElement, from: Cut) => {
      context.drawImage(sprite, from.left, from.top, from.width, from.height, 0, 0, width, height);
      return new Uint8Array(context.getImageData(0, 0, width, height).data.buffer);
    };
    const image = drawn(picture, cut);
    const bytes = drawn(grey, map);
    const magnitudes = Float32Array.from({ length: width * height }, (_, pixel) => bytes[4 * pixel] ?? 0);
    const { data } = overlay({ data: image, width, height, channels: 4 }, magnitudes, 255);
    const shown = context.createImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      shown.data.set([...data.subarray(3 * pixel, 3 * pixel + 3), 255], 4 * pixel);
    }
    context.putImageData(shown, 0, 0);
  }, [picture, grey, cut, map, width, height]);
  return <canvas ref={canvas} className="frame" width={width} height={height} {...spoken(label)} />;
}

/** A small picture as an element, without a canvas of its own. url: of the larger picture. */
export function TileImage({ cut, url }: { readonly cut: Cut; readonly url: string | undefined }) {
  const { columns, rows, column, row } = cut.of ?? { columns: 1, rows: 1, column: 0, row: 0 };
  const share = (place: number, count: number): string => `${count < 2 ? 0 : (100 * place) / (count - 1)}%`;
  return (
    <i
      className="tile"
      style={{
        aspectRatio: `${cut.width} / ${cut.height}`,
        backgroundImage: url === undefined ? "none" : `url(${url})`,
        backgroundSize: `${100 * columns}% ${100 * rows}%`,
        backgroundPosition: `${share(column, columns)} ${share(row, rows)}`,
      }}
    />
  );
}

/** A data URI as a short address, for pictures that many elements show. */
export function useShortUrl(source: string | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (source === undefined) return;
    const [head = "", body = ""] = source.split(",", 2);
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    const type = /^data:([^;]*)/.exec(head)?.[1] ?? "";
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [source]);
  return url;
}

/** Red, green and blue of a colour such as "#b93a20". */
function rgbOf(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.trim().slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function spoken(label: string) {
  return label === "" ? ({ "aria-hidden": true } as const) : ({ role: "img", "aria-label": label } as const);
}
